/** What GitHub says of the merge. */
import { cut, visibleLine } from '../../markdown/text.ts';
import type { Snapshot } from '../snapshot.ts';
import { counted, quoted } from '../words.ts';
import { findingIf, type Rule } from './rule.ts';

const SECOND = 1_000;
/** GitHub computes mergeability in the background when it is asked. */
const ASK_AGAIN_MS: readonly number[] = [5 * SECOND, 10 * SECOND, 15 * SECOND];
/** Bytes of GitHub's words. */
const LONGEST_REFUSAL = 400;

/**
 * How long to wait before GitHub is asked again whether a pull request can be merged, in milliseconds. `asked`: how
 * often it did not know. Null: often enough, the timer and the next event ask again.
 */
export function nextMergeabilityCheck(asked: number): number | null {
  return ASK_AGAIN_MS[Math.max(0, asked - 1)] ?? null;
}

export const conflicts: Rule = {
  code: 'conflicts',
  effect: 'block',
  owner: 'author',
  when: 'GitHub says that base and head conflict.',
  evaluate: ({ pull }) =>
    findingIf(pull.mergeable === false, {
      what: `The pull request conflicts with ${quoted(pull.baseRef)}.`,
      next: `Merge ${quoted(pull.baseRef)} into ${quoted(pull.headRef)}, or rebase it, push, and comment \`/codex pr\` again.`,
    }),
};

export const mergeabilityUnknown: Rule = {
  code: 'mergeability_unknown',
  effect: 'wait',
  owner: 'GitHub',
  when: 'GitHub has not found out yet whether it can be merged.',
  evaluate: (snapshot) =>
    findingIf(snapshot.pull.mergeable === null && snapshot.pull.state === 'open', {
      what: unknownFor(snapshot),
      next: 'Nothing to do: Codex asks again.',
    }),
};

function unknownFor({ mergeabilityAsked }: Snapshot): string {
  const patient = nextMergeabilityCheck(mergeabilityAsked) !== null;
  return patient
    ? 'GitHub is still finding out whether it can be merged.'
    : `GitHub does not say whether it can be merged, although asked ${counted(mergeabilityAsked, 'time')}.`;
}

export const refusedByGitHub: Rule = {
  code: 'refused_by_github',
  effect: 'block',
  owner: 'operator',
  when: 'GitHub refused the merge for a reason that no other rule explains.',
  evaluate: ({ refusal }) =>
    findingIf(refusal !== null, {
      what: `GitHub refused the merge: “${cut(visibleLine((refusal ?? '').replace(/\s+/g, ' ').trim()), LONGEST_REFUSAL)}”.`,
      next: 'Mend what GitHub names: Codex asks again by itself, less and less often.',
    }),
};
