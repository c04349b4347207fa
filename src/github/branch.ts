import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { answerOf, isGone } from './failure.ts';

const reference = z.object({ object: z.object({ sha: z.string() }) });
const listed = z.object({ protected: z.boolean() });

/** The commit that a branch points to now; null where there is no such branch. */
export async function branchTip(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
): Promise<string | null> {
  try {
    const { data } = await octokit.rest.git.getRef({
      ...name,
      ref: `heads/${branch}`,
      // A verdict waits for this, and is worth more.
      request: { retries: 0 },
    });
    return reference.parse(data).object.sha;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
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
    await octokit.rest.git.deleteRef({ ...name, ref: `heads/${branch}` });
    return 'deleted';
  } catch (error) {
    if (isGone(error) || isMissing(error)) return 'gone';
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
  try {
    const { data } = await octokit.rest.repos.getBranch({ ...name, branch });
    return listed.parse(data).protected;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
