import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { latestReviews, listReviews, type Review } from '../../src/github/review.ts';
import { countUnresolvedThreads } from '../../src/github/review-threads.ts';
import { answerInPages, api, connectDocumented, disconnect, forget, name } from './documented.ts';

const HEAD = 'a'.repeat(40);

let octokit: Octokit;

beforeAll(async () => {
  octokit = await connectDocumented();
});
afterEach(forget);
afterAll(disconnect);

const answered = (id: number, login: string | null, state: string) => ({
  id,
  user: login && { login, type: 'User' },
  state,
  commit_id: HEAD,
  submitted_at: '2026-11-21T10:00:00Z',
});

describe('the reviews of a pull request', () => {
  it('are read with who, what and of which commit', async () => {
    answerInPages('/pulls/7/reviews', [
      answered(80, 'octocat', 'APPROVED'),
      { id: 81, user: null, state: 'PENDING', commit_id: null },
    ]);

    const type = 'User';
    expect(await listReviews(octokit, name, 7)).toEqual([
      { id: '80', login: 'octocat', type, state: 'APPROVED', commitId: HEAD },
      { id: '81', login: null, type, state: 'PENDING', commitId: null },
    ]);
  });

  it('are all read, in order, however many there are', async () => {
    const many = Array.from({ length: 250 }, (_, id) => answered(id, 'octocat', 'COMMENTED'));
    answerInPages('/pulls/7/reviews', many);

    const ids = (await listReviews(octokit, name, 7)).map((review) => review.id);

    expect(ids).toEqual(many.map((review) => String(review.id)));
  });
});

describe('the latest review of a person', () => {
  let next = 0;
  const review = (login: string | null, state: Review['state']): Review => {
    next += 1;
    return { id: String(next), login, type: 'User', state, commitId: HEAD };
  };

  it('counts, and not what that person said before', () => {
    const rejected = review('ann', 'CHANGES_REQUESTED');
    const approved = review('ann', 'APPROVED');
    expect(latestReviews([rejected, review('bob', 'APPROVED'), approved])).toEqual([
      expect.objectContaining({ login: 'bob' }),
      approved,
    ]);
  });

  it('is no comment and nothing unsent: they take nothing back', () => {
    const approved = review('ann', 'APPROVED');
    expect(latestReviews([approved, review('ann', 'COMMENTED'), review('ann', 'PENDING')])).toEqual([
      approved,
    ]);
  });

  it('may be one that was dismissed: then nothing of that person stands', () => {
    const reviews = [review('ann', 'APPROVED'), review('ann', 'DISMISSED')];
    expect(latestReviews(reviews)).toMatchObject([{ login: 'ann', state: 'DISMISSED' }]);
  });

  it('of a deleted account never hides what another one said', () => {
    const reviews = [review(null, 'CHANGES_REQUESTED'), review(null, 'APPROVED')];
    expect(latestReviews(reviews)).toEqual(reviews);
  });

  it('is found behind a hundred others', () => {
    const comments = Array.from({ length: 120 }, () => review('ann', 'COMMENTED'));
    const rejected = review('ann', 'CHANGES_REQUESTED');
    expect(latestReviews([review('ann', 'APPROVED'), ...comments, rejected])).toEqual([rejected]);
  });
});

describe('the unresolved threads', () => {
  it('are counted over all pages', async () => {
    const pages = new Map<unknown, object>([
      [null, threads(60, 40, 'second')],
      ['second', threads(1, 2, null)],
    ]);
    api()
      .post('/graphql')
      .times(2)
      .reply(async (request: Request) => [200, pages.get(Object(await request.json()).variables.after)]);

    expect(await countUnresolvedThreads(octokit, name, 7)).toBe(61);
  });

  it('of no pull request are an error', async () => {
    api()
      .post('/graphql')
      .reply(200, {
        data: { repository: { pullRequest: null } },
        errors: [{ type: 'NOT_FOUND', message: 'Could not resolve to a PullRequest with the number of 7.' }],
      });

    await expect(countUnresolvedThreads(octokit, name, 7)).rejects.toThrow('Could not resolve');
  });
});

function threads(unresolved: number, resolved: number, next: string | null) {
  const nodes = [
    ...Array.from({ length: unresolved }, () => ({ isResolved: false })),
    ...Array.from({ length: resolved }, () => ({ isResolved: true })),
  ];
  const pageInfo = { hasNextPage: next !== null, endCursor: next ?? 'end' };
  return { data: { repository: { pullRequest: { reviewThreads: { nodes, pageInfo } } } } };
}
