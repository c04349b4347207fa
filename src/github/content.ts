import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { unlessGone } from './failure.ts';

/** GitHub gives the contents of files up to 1 MB; a directory answers with a list, a submodule with another type. */
const file = z.object({ type: z.literal('file'), encoding: z.literal('base64'), content: z.string() });

/** The text of one file at `ref` (branch, tag or SHA); null where there is no file of at most 1 MB at that path. */
export async function readFile(
  octokit: Octokit,
  name: RepositoryName,
  ref: string,
  path: string,
): Promise<string | null> {
  const answer = await unlessGone(octokit.rest.repos.getContent({ ...name, ref, path }));
  const { data } = file.safeParse(answer?.data);
  return data ? Buffer.from(data.content, 'base64').toString('utf8') : null;
}
