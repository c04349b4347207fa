import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

/** A pull request as GitHub lists it: without what only asking for it alone tells. */
export interface ListedPull {
  readonly number: number;
  readonly title: string;
  readonly htmlUrl: string;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseRef: string;
  /** The head comes from another repository, or from one that is gone. */
  readonly fork: boolean;
  /** ISO 8601; null: it was not merged. */
  readonly mergedAt: string | null;
  /** Of a merged one, the commit on the base branch. */
  readonly mergeCommitSha: string | null;
}

const listed = z
  .object({
    number: z.int(),
    title: z.string(),
    html_url: z.string(),
    merged_at: z.string().nullish(),
    merge_commit_sha: z.string().nullish(),
    updated_at: z.string(),
    head: z.object({ sha: z.string(), ref: z.string(), repo: z.object({ id: z.int() }).nullable() }),
    base: z.object({ ref: z.string(), repo: z.object({ id: z.int() }) }),
  })
  .transform(({ head, base, ...pull }) => ({
    number: pull.number,
    title: pull.title,
    htmlUrl: pull.html_url,
    headSha: head.sha,
    headRef: head.ref,
    baseRef: base.ref,
    fork: head.repo?.id !== base.repo.id,
    mergedAt: pull.merged_at ?? null,
    mergeCommitSha: pull.merge_commit_sha ?? null,
    updatedAt: pull.updated_at,
  }));

/** The open pull requests, newest first, at most `limit` (100), or the `page` of as many, from 1. */
export async function listOpenPulls(
  octokit: Octokit,
  name: RepositoryName,
  limit: number,
  page = 1,
): Promise<ListedPull[]> {
  const { data } = await octokit.rest.pulls.list({
    ...name,
    state: 'open',
    sort: 'created',
    direction: 'desc',
    per_page: limit,
    page,
  });
  return z.array(listed).parse(data);
}

/** Pull requests that were merged at `since` (milliseconds) or later, the last merged first, at most `limit`. */
export async function listMergedPulls(
  octokit: Octokit,
  name: RepositoryName,
  { since, limit }: { readonly since: number; readonly limit: number },
): Promise<ListedPull[]> {
  const pages = octokit.paginate.iterator(octokit.rest.pulls.list, {
    ...name,
    state: 'closed',
    sort: 'updated',
    direction: 'desc',
    per_page: 100,
  });
  const merged: ListedPull[] = [];
  for await (const { data } of pages) {
    const page = z.array(listed).parse(data);
    merged.push(...page.filter((pull) => mergedTime(pull) >= since));
    // What follows was updated before this, and so merged before this.
    const before = Date.parse(page.at(-1)?.updatedAt ?? '');
    if (before < since || merged.filter((pull) => mergedTime(pull) >= before).length >= limit) break;
  }
  return merged.sort((one, other) => mergedTime(other) - mergedTime(one)).slice(0, limit);
}

function mergedTime({ mergedAt }: ListedPull): number {
  return mergedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(mergedAt);
}
