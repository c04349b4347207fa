/** Reasons as a reader meets them: grouped by what they do, each with who can mend it and what to do next. */
import type { PhrasingContent, RootContent } from 'mdast';
import { heading, list, paragraph, strong, text } from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import type { Effect, Reason } from '../decision.ts';

const HEADINGS: Readonly<Record<Effect, string>> = {
  cancel: 'Why it ended',
  block: 'Needs somebody',
  wait: 'Goes away by itself',
};
/** Far more than rules; each required check and each label may give one. */
const MOST_REASONS = 40;

/** One list for each effect, the gravest first. */
export function reasonGroups(reasons: readonly Reason[], effects: readonly Effect[]): RootContent[] {
  return effects.flatMap((effect) => {
    const group = reasons.filter((reason) => reason.effect === effect);
    if (group.length === 0) return [];
    const more =
      group.length > MOST_REASONS
        ? [paragraph(text(`${group.length - MOST_REASONS} more are left out here.`))]
        : [];
    return [heading(text(HEADINGS[effect])), list(group.slice(0, MOST_REASONS).map(lineOf)), ...more];
  });
}

function lineOf({ owner, what, next }: Reason): PhrasingContent[] {
  return [strong(owner), text(': '), ...prose(what), text(' '), ...prose(next)];
}
