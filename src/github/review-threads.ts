/** Threads of reviews: REST does not tell whether one is resolved. */
import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

const QUERY = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        nodes { isResolved }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

const page = z.object({
  repository: z.object({
    pullRequest: z.object({
      reviewThreads: z.object({
        nodes: z.array(z.object({ isResolved: z.boolean() })),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    }),
  }),
});

/** How many threads of a pull request's reviews are not resolved, outdated ones included, as GitHub counts them. */
export async function countUnresolvedThreads(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
): Promise<number> {
  let unresolved = 0;
  let after: string | null = null;
  do {
    const answer: unknown = await octokit.graphql(QUERY, { ...name, number, after });
    const { nodes, pageInfo } = page.parse(answer).repository.pullRequest.reviewThreads;
    unresolved += nodes.filter((thread) => !thread.isResolved).length;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return unresolved;
}
