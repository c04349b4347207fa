import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

export interface Pull {
  readonly number: number;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly draft: boolean;
  readonly title: string;
  /** The description, as its author wrote it; the empty string where there is none. */
  readonly body: string;
  readonly labels: readonly string[];
  /** Null: GitHub does not know yet; asking makes it find out. */
  readonly mergeable: boolean | null;
  /** GitHub's word: `clean`, `dirty`, `blocked`, `behind`, `unstable`, `draft`, `unknown`. */
  readonly mergeableState: string;
  /** Where it was merged: the commit on the base branch. */
  readonly mergeCommitSha: string | null;
  /** Login. */
  readonly mergedBy: string | null;
  /** How many files it changes. */
  readonly changedFiles: number;
  readonly htmlUrl: string;
  /** Login. */
  readonly author: string;
  /** `User`, `Bot`, …: GitHub's own word. */
  readonly authorType: string;
  readonly headSha: string;
  readonly headRef: string;
  /** Null: the fork was deleted. */
  readonly headRepository: {
    readonly id: number;
    readonly fullName: string;
    /** ISO 8601. */
    readonly pushedAt: string | null;
  } | null;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly baseRepository: { readonly id: number; readonly cloneUrl: string; readonly private: boolean };
  /** The head comes from another repository, or from one that is gone. */
  readonly fork: boolean;
}

const repository = z.object({
  id: z.int(),
  full_name: z.string(),
  private: z.boolean(),
  clone_url: z.string(),
  pushed_at: z.string().nullable(),
});

const pullRequest = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  merged: z.boolean(),
  draft: z.boolean().default(false),
  title: z.string(),
  body: z.string().nullable(),
  labels: z.array(z.object({ name: z.string() })),
  mergeable: z.boolean().nullable(),
  mergeable_state: z.string(),
  merge_commit_sha: z.string().nullable(),
  merged_by: z.object({ login: z.string() }).nullable(),
  changed_files: z.int(),
  html_url: z.string(),
  user: z.object({ login: z.string(), type: z.string() }).nullable(),
  head: z.object({ sha: z.string(), ref: z.string(), repo: repository.nullable() }),
  base: z.object({ sha: z.string(), ref: z.string(), repo: repository }),
});

/** The pull request as it stands on GitHub at this moment. */
export async function getPull(octokit: Octokit, name: RepositoryName, number: number): Promise<Pull> {
  const { data } = await octokit.rest.pulls.get({ ...name, pull_number: number });
  const { head, base, user, ...pull } = pullRequest.parse(data);
  return {
    number: pull.number,
    state: pull.state,
    merged: pull.merged,
    draft: pull.draft,
    title: pull.title,
    body: pull.body ?? '',
    labels: pull.labels.map(({ name: label }) => label),
    mergeable: pull.mergeable,
    mergeableState: pull.mergeable_state,
    mergeCommitSha: pull.merged ? pull.merge_commit_sha : null,
    mergedBy: pull.merged_by?.login ?? null,
    changedFiles: pull.changed_files,
    htmlUrl: pull.html_url,
    author: user?.login ?? 'ghost',
    authorType: user?.type ?? 'User',
    headSha: head.sha,
    headRef: head.ref,
    headRepository: head.repo && {
      id: head.repo.id,
      fullName: head.repo.full_name,
      pushedAt: head.repo.pushed_at,
    },
    baseRef: base.ref,
    baseSha: base.sha,
    baseRepository: { id: base.repo.id, cloneUrl: base.repo.clone_url, private: base.repo.private },
    fork: head.repo?.id !== base.repo.id,
  };
}

/**
 * Numbers of the open pull requests whose head is `sha`, oldest first. GitHub's own lists (a check suite's
 * `pull_requests`, a commit's pulls) leave out those from forks.
 */
export async function pullsWithHead(octokit: Octokit, name: RepositoryName, sha: string): Promise<number[]> {
  const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...name, state: 'open', per_page: 100 });
  return pulls
    .filter((pull) => pull.head.sha === sha)
    .map((pull) => pull.number)
    .sort((a, b) => a - b);
}
