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
  /** Where it was merged: the commit on the base branch. */
  readonly mergeCommitSha: string | null;
  /** Login. */
  readonly mergedBy: string | null;
  /** Login. */
  readonly author: string;
  readonly headSha: string;
  readonly headRef: string;
  /** When the head's repository was last pushed to, ISO 8601; null: GitHub does not tell, or the fork was deleted. */
  readonly headPushedAt: string | null;
  readonly baseRef: string;
  readonly baseSha: string;
  /** The head comes from another repository, or from one that is gone. */
  readonly fork: boolean;
}

const repository = z.object({ id: z.int(), pushed_at: z.string().nullable() });

const pullRequest = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  merged: z.boolean(),
  draft: z.boolean().default(false),
  title: z.string(),
  body: z.string().nullable(),
  labels: z.array(z.object({ name: z.string() })),
  mergeable: z.boolean().nullable(),
  merge_commit_sha: z.string().nullable(),
  merged_by: z.object({ login: z.string() }).nullable(),
  user: z.object({ login: z.string() }).nullable(),
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
    mergeCommitSha: pull.merged ? pull.merge_commit_sha : null,
    mergedBy: pull.merged_by?.login ?? null,
    author: user?.login ?? 'ghost',
    headSha: head.sha,
    headRef: head.ref,
    headPushedAt: head.repo?.pushed_at ?? null,
    baseRef: base.ref,
    baseSha: base.sha,
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
