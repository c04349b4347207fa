import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { isGone } from './failure.ts';

/**
 * GitHub folds every role, custom ones too, into these four: `maintain` answers `write`, `triage` answers `read`.
 */
const answer = z.object({ permission: z.string() });
const MAY_WRITE: ReadonlySet<string> = new Set(['admin', 'write']);

/** Whether this person or bot has write permission on the repository now. Somebody GitHub does not know has none. */
export async function mayWrite(octokit: Octokit, name: RepositoryName, login: string): Promise<boolean> {
  try {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...name, username: login });
    return MAY_WRITE.has(answer.parse(data).permission);
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
