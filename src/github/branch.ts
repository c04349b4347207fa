import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { answerOf, unlessGone } from './failure.ts';

const reference = z.object({ object: z.object({ sha: z.string() }) });
const listed = z.object({ protected: z.boolean() });

/** The commit that a branch points to now; null where there is no such branch. */
export async function branchTip(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
): Promise<string | null> {
  // A verdict waits for this, and is worth more.
  const request = { retries: 0 };
  const answer = await unlessGone(octokit.rest.git.getRef({ ...name, ref: `heads/${branch}`, request }));
  return answer && reference.parse(answer.data).object.sha;
}

/**
 * Deletes a branch that still points to `ifAt`. `moved`: it points elsewhere and stays. A push in the moment between
 * the look and the deletion is lost: REST cannot delete on a condition.
 */
export async function deleteBranch(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
  ifAt: string,
): Promise<'deleted' | 'moved' | 'gone'> {
  const tip = await branchTip(octokit, name, branch);
  if (tip === null) return 'gone';
  if (tip !== ifAt) return 'moved';
  try {
    const answer = await unlessGone(octokit.rest.git.deleteRef({ ...name, ref: `heads/${branch}` }));
    return answer === null ? 'gone' : 'deleted';
  } catch (error) {
    if (isMissing(error)) return 'gone';
    throw error;
  }
}

/** GitHub answers the deletion of a reference that is not there with 422. */
function isMissing(error: unknown): boolean {
  const answer = answerOf(error);
  return answer?.status === 422 && answer.message.startsWith('Reference does not exist');
}

/** Whether GitHub lists the branch as protected, by whatever rule; false where there is no such branch. */
export async function isProtected(octokit: Octokit, name: RepositoryName, branch: string): Promise<boolean> {
  const answer = await unlessGone(octokit.rest.repos.getBranch({ ...name, branch }));
  return answer !== null && listed.parse(answer.data).protected;
}

/** Whether an open pull request goes from this branch of the repository, or into it. */
export async function isUsedByOpenPull(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
): Promise<boolean> {
  const open = { ...name, state: 'open' as const, per_page: 1 };
  const [from, into] = await Promise.all([
    octokit.rest.pulls.list({ ...open, head: `${name.owner}:${branch}` }),
    octokit.rest.pulls.list({ ...open, base: branch }),
  ]);
  return from.data.length > 0 || into.data.length > 0;
}
