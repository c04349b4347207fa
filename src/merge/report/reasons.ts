/** Reasons as a reader meets them: grouped by what they do, each with who can mend it and what to do next. */
import type { PhrasingContent, RootContent } from 'mdast';
import { heading, type Line, list, paragraph, strong, text } from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import type { Effect, Reason } from '../decision.ts';

const HEADINGS: Readonly<Record<Effect, string>> = {
  cancel: 'Why it ended',
  block: 'Needs somebody',
  wait: 'Waits for',
};
/** Far more than rules; each required check and each label may give one. */
const MOST_REASONS = 40;

/** One headed list for each effect, the gravest first. */
export function reasonGroups(reasons: readonly Reason[], effects: readonly Effect[]): RootContent[] {
  return groupsOf(reasons, effects).flatMap(({ title, lines, leftOut }) => [
    heading(text(title)),
    list(lines),
    ...leftOut.map((words) => paragraph(text(words))),
  ]);
}

/** The same as one list, as part of a text that has headings of its own. */
export function reasonList(reasons: readonly Reason[], effects: readonly Effect[]): RootContent[] {
  const items = groupsOf(reasons, effects).map(({ title, lines, leftOut }) => ({
    line: [strong(title)],
    below: [...lines, ...leftOut.map((words) => [text(words)])],
  }));
  return items.length === 0 ? [] : [list(items)];
}

interface Group {
  readonly title: string;
  readonly lines: readonly Line[];
  /** A sentence where there are more; else nothing. */
  readonly leftOut: readonly string[];
}

function groupsOf(reasons: readonly Reason[], effects: readonly Effect[]): Group[] {
  return effects.flatMap((effect) => {
    const group = reasons.filter((reason) => reason.effect === effect);
    if (group.length === 0) return [];
    const more = group.length - MOST_REASONS;
    return {
      title: HEADINGS[effect],
      lines: group.slice(0, MOST_REASONS).map(lineOf),
      leftOut: more > 0 ? [`${more} more are left out here.`] : [],
    };
  });
}

function lineOf({ owner, what, next }: Reason): PhrasingContent[] {
  return [strong(owner), text(': '), ...prose(what), text(' '), ...prose(next)];
}
