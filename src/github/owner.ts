import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

const repository = z.object({ owner: z.object({ id: z.int(), login: z.string() }) });

/** The account that owns a repository; its id stays when it is renamed. */
export async function readOwner(
  octokit: Octokit,
  name: RepositoryName,
): Promise<{ readonly id: number; readonly login: string }> {
  const { data } = await octokit.rest.repos.get({ ...name });
  return repository.parse(data).owner;
}
