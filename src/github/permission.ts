import type { Octokit, RepositoryName } from './client.ts';
import { includesWriting, roleOf } from './role.ts';

/** Whether this person or bot has write permission on the repository now. Somebody GitHub does not know has none. */
export async function mayWrite(octokit: Octokit, name: RepositoryName, login: string): Promise<boolean> {
  return includesWriting(await roleOf(octokit, name, login));
}
