import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

export interface RepositoryFacts {
  readonly id: number;
  /** `owner/name` as it is now: a name that was asked for may be an earlier one. */
  readonly fullName: string;
  readonly defaultBranch: string;
  /** The account that owns it; its id stays when it is renamed. */
  readonly owner: { readonly id: number; readonly login: string };
}

const repository = z.object({
  id: z.int(),
  full_name: z.string(),
  default_branch: z.string(),
  owner: z.object({ id: z.int(), login: z.string() }),
});

export async function readRepository(octokit: Octokit, name: RepositoryName): Promise<RepositoryFacts> {
  const { data } = await octokit.rest.repos.get({ ...name });
  const { id, full_name, default_branch, owner } = repository.parse(data);
  return { id, fullName: full_name, defaultBranch: default_branch, owner };
}
