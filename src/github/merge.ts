import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { answerOf, classifyFailure } from './failure.ts';

export interface SquashMerge {
  /** GitHub merges only while the head is this commit. */
  readonly sha: string;
  /** The first line of the commit. */
  readonly title: string;
  /** What follows it. */
  readonly message: string;
}

/**
 * `merged`: `sha` is the commit on the base. `refused`: nothing happened; `status` is 403, 404, 405 (cannot be merged,
 * or the base was modified), 409 (the head is another) or 422, `message` GitHub's words. `unknown`: it may have
 * landed or not, now or in a moment.
 */
export type MergeAnswer =
  | { readonly type: 'merged'; readonly sha: string }
  | { readonly type: 'refused'; readonly status: number; readonly message: string }
  | { readonly type: 'unknown'; readonly message: string };

const merged = z.object({ merged: z.literal(true), sha: z.string() });

/**
 * Squashes the pull request onto its base, in one single request: what got no clear answer is for the caller to look
 * up. Throws where GitHub has certainly not looked at it: refused credentials and rate limits.
 */
export async function squashMerge(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
  { sha, title, message }: SquashMerge,
): Promise<MergeAnswer> {
  try {
    const { data } = await octokit.rest.pulls.merge({
      ...name,
      pull_number: number,
      merge_method: 'squash',
      sha,
      commit_title: title,
      commit_message: message,
      request: { retries: 0 },
    });
    const answer = merged.safeParse(data);
    return answer.success
      ? { type: 'merged', sha: answer.data.sha }
      : { type: 'unknown', message: 'GitHub took the merge, and did not say which commit came of it.' };
  } catch (error) {
    return answerToFailure(error);
  }
}

function answerToFailure(error: unknown): MergeAnswer {
  const failure = classifyFailure(error, Date.now());
  if (failure?.kind === 'transient') return { type: 'unknown', message: failure.message };
  const answer = answerOf(error);
  if (answer === null || failure?.kind === 'unauthorized' || failure?.kind === 'rate_limited') throw error;
  return { type: 'refused', ...answer };
}
