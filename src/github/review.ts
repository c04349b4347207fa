import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

export interface Review {
  readonly id: string;
  /** Null: the account was deleted. */
  readonly login: string | null;
  /** `User`, `Bot`, …: GitHub's own word. */
  readonly type: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  /** The commit that was reviewed; null: GitHub has it no more. */
  readonly commitId: string | null;
}

const reviews = z.array(
  z
    .object({
      id: z.union([z.int(), z.bigint()]),
      user: z.object({ login: z.string(), type: z.string() }).nullable(),
      state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']),
      commit_id: z.string().nullable(),
    })
    .transform(
      ({ id, user, state, commit_id }): Review => ({
        id: String(id),
        login: user?.login ?? null,
        type: user?.type ?? 'User',
        state,
        commitId: commit_id,
      }),
    ),
);

/** All reviews of a pull request, oldest first. */
export async function listReviews(octokit: Octokit, name: RepositoryName, number: number): Promise<Review[]> {
  const data = await octokit.paginate(octokit.rest.pulls.listReviews, {
    ...name,
    pull_number: number,
    per_page: 100,
  });
  return reviews.parse(data);
}

/**
 * The latest review of each person that is more than a comment, of `reviews` from old to new: a comment takes no
 * approval back. Nobody can tell deleted accounts apart, so none of their reviews hides another.
 */
export function latestReviews(reviews: readonly Review[]): Review[] {
  const latest = new Map<string, Review>();
  for (const review of reviews) {
    if (review.state === 'COMMENTED' || review.state === 'PENDING') continue;
    const person = review.login === null ? `review ${review.id}` : review.login;
    latest.delete(person);
    latest.set(person, review);
  }
  return [...latest.values()];
}
