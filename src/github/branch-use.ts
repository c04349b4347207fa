import type { Octokit, RepositoryName } from './client.ts';

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
