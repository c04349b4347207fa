import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

interface PullFile {
  /** Relative to the repository. */
  readonly path: string;
  /** Where it was before it was renamed or copied. */
  readonly previousPath: string | null;
  /** `added`, `modified`, `removed`, `renamed`, …: GitHub's own word. */
  readonly status: string;
}

export interface PullFiles {
  readonly files: readonly PullFile[];
  /** False: there may be more; GitHub lists no more than 3,000. */
  readonly complete: boolean;
}

const MOST_LISTED = 3000;

const files = z.array(
  z.object({ filename: z.string(), previous_filename: z.string().optional(), status: z.string() }).transform(
    ({ filename, previous_filename, status }): PullFile => ({
      path: filename,
      previousPath: previous_filename ?? null,
      status,
    }),
  ),
);

/** A renamed file is changed in both places. */
export function changedPaths({ files }: Pick<PullFiles, 'files'>): string[] {
  return files.flatMap(({ path, previousPath }) => (previousPath === null ? [path] : [path, previousPath]));
}

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
  return { files: files.parse(data), complete: data.length < MOST_LISTED };
}
