/** The check run `codex/pr` until the merge, and what `/codex pr --dry-run` answers. */
import type { RootContent } from 'mdast';
import type { Output } from '../../github/check-run-output.ts';
import { block, code, heading, list, markdown, paragraph, text } from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import { cut } from '../../markdown/text.ts';
import { describeMistake } from '../../repository/config.ts';
import type { Mistake } from '../../repository/mistakes.ts';
import type { Decision } from '../decision.ts';
import type { MergeRequest } from '../intent.ts';
import type { SquashText } from '../squash/squash-text.ts';
import { counted, moment } from '../words.ts';
import { checkTitle, withinLimit } from './limit.ts';
import { reasonGroups } from './reasons.ts';

const MOST_MISTAKES = 20;
/** Bytes of a dry run's reasons and of its commit: together an answer that the living comment shows whole. */
const LONGEST_REASONS = 10_000;
const LONGEST_COMMIT = 8_000;

export interface Waiting {
  readonly decision: Decision;
  readonly request: Pick<MergeRequest, 'headSha' | 'baseRef' | 'requestedBy'>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Of `.github/codex.yml`; the strictest values hold instead. */
  readonly mistakes: readonly Mistake[];
}

/** What the check run shows while the merge waits or is blocked. */
export function waitingOutput({ decision, request, expiresAt, mistakes }: Waiting): Output {
  const asked = paragraph(
    ...[code(request.requestedBy), text(' asked to merge '), code(request.headSha.slice(0, 12))],
    ...[text(' into '), code(request.baseRef), text(`. Codex waits until ${moment(expiresAt)}`)],
    text(' and looks again whenever something changes; nobody need comment again.'),
  );
  const summary = markdown([
    ...reasonGroups(decision.reasons, ['block', 'wait']),
    ...mistakesOf(mistakes),
    asked,
  ]);
  return { title: titleOf(decision), summary: withinLimit(summary) };
}

/** What the check run shows while GitHub was asked to merge, and may have done it or not. */
export function unansweredOutput({ headSha, baseRef }: Pick<MergeRequest, 'headSha' | 'baseRef'>): Output {
  const asked = paragraph(
    ...[text('GitHub was asked to squash-merge '), code(headSha.slice(0, 12)), text(' into '), code(baseRef)],
    text(', and has not answered. Codex reads whether it did, and asks no second time before it knows.'),
    text(' Nothing to do.'),
  );
  return { title: 'Merging: GitHub was asked and has not answered yet', summary: markdown([asked]) };
}

/** `Blocked: 2 reasons` and the first of them, as plain text. */
function titleOf({ action, reasons }: Decision): string {
  const gravest = reasons.filter(({ effect }) => effect === action);
  const [first] = gravest;
  if (first === undefined) return 'Ready to be merged';
  const more = gravest.length === 1 ? '' : ` (and ${gravest.length - 1} more)`;
  const state = action === 'block' ? 'Blocked' : 'Waiting';
  return checkTitle(`${state}: ${first.what}`, more);
}

/** The answer to `/codex pr --dry-run`, as markdown. */
export function dryRunAnswer(decision: Decision, squash: SquashText, mistakes: readonly Mistake[]): string {
  const reasons = markdown([
    paragraph(text(`${verdictOf(decision)} Nothing was done.`)),
    ...reasonGroups(decision.reasons, ['cancel', 'block', 'wait']),
    ...mistakesOf(mistakes),
  ]);
  const commit = block(cut(`${squash.title}\n\n${squash.message}`, LONGEST_COMMIT));
  return `${withinLimit(reasons, LONGEST_REASONS)}\n\n${markdown([heading(text('The commit')), commit])}`;
}

function verdictOf({ action, reasons }: Decision): string {
  if (action === 'done') return 'The pull request is merged already.';
  if (action === 'merge') return 'Nothing is missing: it would be merged now.';
  return `${counted(reasons.length, 'reason')} ${reasons.length === 1 ? 'keeps' : 'keep'} it from being merged now.`;
}

function mistakesOf(mistakes: readonly Mistake[]): RootContent[] {
  if (mistakes.length === 0) return [];
  const lines = mistakes.slice(0, MOST_MISTAKES).map((mistake) => prose(describeMistake(mistake)));
  return [heading(text('Mistakes in the configuration; the strictest value holds instead')), list(lines)];
}
