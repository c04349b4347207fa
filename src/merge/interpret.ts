import type { MergeAnswer } from '../github/merge.ts';

/**
 * What GitHub's answer to a merge means. `landed`: read it back and verify. `base_modified`: evaluate again soon, with
 * jitter. `head_moved`: cancel; the new commit is not what was asked for. `refused`: evaluate again, GitHub's words
 * are shown where no rule explains them. `impossible`: it cannot be asked again, GitHub's words end it. `unknown`: read
 * the pull request and the base's log before anything else, for it may have landed.
 */
export type Interpretation =
  | { readonly type: 'landed'; readonly sha: string }
  | { readonly type: 'base_modified' | 'head_moved' }
  | { readonly type: 'refused' | 'impossible' | 'unknown'; readonly message: string };

const BASE_MODIFIED = /base branch was modified/i;
/** Another call, perhaps one of ours whose answer was lost, is being worked on. */
const IN_PROGRESS = /merge already in progress/i;

/** Rate limits and refused credentials are not answers: `squashMerge` throws them. */
export function interpretMerge(answer: MergeAnswer): Interpretation {
  if (answer.type === 'merged') return { type: 'landed', sha: answer.sha };
  if (answer.type === 'unknown') return answer;
  const { status, message } = answer;
  if (status === 409) return { type: 'head_moved' };
  if (status === 405 && BASE_MODIFIED.test(message)) return { type: 'base_modified' };
  if (status === 405 && IN_PROGRESS.test(message)) return { type: 'unknown', message };
  const mayBeMended = status === 405 || status === 403;
  return { type: mayBeMended ? 'refused' : 'impossible', message };
}
