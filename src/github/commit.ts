import { z } from 'zod';
import { branchTip } from './branch.ts';
import type { Octokit, RepositoryName } from './client.ts';

export interface Commit {
  readonly sha: string;
  /** The hash of its tree. */
  readonly tree: string;
  /** Of a squash there is one: what the base was. */
  readonly parents: readonly string[];
  readonly message: string;
  /** Its page on GitHub. */
  readonly url: string;
}

const hash = z.object({ sha: z.string() });
const gitCommit = z.object({
  sha: z.string(),
  tree: hash,
  parents: z.array(hash),
  message: z.string(),
  html_url: z.string(),
});
const listedCommits = z.array(
  z.object({
    sha: z.string(),
    commit: z.object({ tree: hash, message: z.string() }),
    parents: z.array(hash),
    html_url: z.string(),
  }),
);

/** One commit, by its full SHA. */
export async function readCommit(octokit: Octokit, name: RepositoryName, sha: string): Promise<Commit> {
  const { data } = await octokit.rest.git.getCommit({ ...name, commit_sha: sha });
  return toCommit(gitCommit.parse(data));
}

/**
 * The commits of a branch, newest first, up to but without `afterSha`, at most `limit`. None where there is no such
 * branch.
 */
export async function logSince(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
  afterSha: string | null,
  limit: number,
): Promise<Commit[]> {
  // By its commit: a tag may have the branch's name, and the branch may move between two pages.
  const tip = await branchTip(octokit, name, branch);
  if (tip === null) return [];
  const pages = octokit.paginate.iterator(octokit.rest.repos.listCommits, {
    ...name,
    sha: tip,
    per_page: Math.min(limit, 100),
  });
  const log: Commit[] = [];
  for await (const { data } of pages) {
    for (const { commit, ...listed } of listedCommits.parse(data)) {
      if (listed.sha === afterSha || log.length === limit) return log;
      log.push(toCommit({ ...listed, ...commit }));
    }
    if (log.length === limit) return log;
  }
  return log;
}

function toCommit({ sha, tree, parents, message, html_url }: z.infer<typeof gitCommit>): Commit {
  return { sha, tree: tree.sha, parents: parents.map((parent) => parent.sha), message, url: html_url };
}
