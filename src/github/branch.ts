import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { isGone } from './failure.ts';

const reference = z.object({ object: z.object({ sha: z.string() }) });

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
