import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

export interface PullFiles {
  /** Relative to the repository; a renamed file is changed in both places. */
  readonly paths: readonly string[];
  /** False: there may be more; GitHub lists no more than 3,000. */
  readonly complete: boolean;
}

const MOST_LISTED = 3000;

const files = z.array(z.object({ filename: z.string(), previous_filename: z.string().optional() }));

/** The files that a pull request changes, as far as GitHub lists them. */
export async function listPullFiles(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
): Promise<PullFiles> {
  const data = await octokit.paginate(octokit.rest.pulls.listFiles, {
    ...name,
    pull_number: number,
    per_page: 100,
  });
  const paths = files
    .parse(data)
    .flatMap(({ filename, previous_filename: previous }) => (previous ? [filename, previous] : [filename]));
  return { paths, complete: data.length < MOST_LISTED };
}
