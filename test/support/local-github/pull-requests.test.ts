import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type AskAsApp, asApp } from './app-client.ts';
import type { LocalGitHub } from './local-github.ts';
import type { LocalRepository } from './repository.ts';
import { startLocalGitHub } from './start.ts';

let github: LocalGitHub;
let repository: LocalRepository;
let app: AskAsApp;
let made = 0;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'dev', 'fan'], installedOn: ['acme'] });
  app = await asApp(github, 'acme');
});
afterAll(() => github.close());
beforeEach(async () => {
  made += 1;
  repository = await github.createRepository('acme', `pulls-${made}`);
  await repository.push('main', { 'app.py': 'x = 1\n' });
});

const path = (rest: string) => `/repos/${repository.fullName}${rest}`;
const shown = async (number: number) => Object((await app('GET', path(`/pulls/${number}`))).body);
const lastPayload = () => github.deliveries.all.at(-1)?.payload;
const openPull = async (files = { 'new.py': 'z = 1\n' }) => {
  const head = await repository.push('feature/1', files);
  return { head, number: await repository.openPull({ head: 'feature/1', author: 'dev', body: 'Old' }) };
};

describe('mergeability', () => {
  it('is what git says: clean, then dirty when the base changes the same', async () => {
    const { number } = await openPull();
    expect(await shown(number)).toMatchObject({
      mergeable: true,
      mergeable_state: 'clean',
      changed_files: 1,
    });

    await repository.push('main', { 'new.py': 'another\n' });
    expect(await shown(number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
  });

  it('is unknown for a while, or for ever', async () => {
    const { number } = await openPull();
    const unknown = { mergeable: null, mergeable_state: 'unknown' };

    repository.pulls.keepMergeabilityUnknown(number, 2);
    expect([await shown(number), await shown(number), await shown(number)]).toMatchObject([
      unknown,
      unknown,
      { mergeable: true },
    ]);
    repository.pulls.keepMergeabilityUnknown(number, Number.POSITIVE_INFINITY);
    expect([await shown(number), await shown(number), await shown(number)]).toMatchObject([
      unknown,
      unknown,
      unknown,
    ]);
  });

  it('is not in lists', async () => {
    await openPull();
    const { body } = await app('GET', path('/pulls'));
    expect(body).toHaveLength(1);
    expect(Object(body)[0]).not.toHaveProperty('mergeable');
  });

  it('is told apart: draft, blocked, behind, unstable', async () => {
    const { head, number } = await openPull();
    await repository.ci.status(head, { state: 'failure', context: 'slow' });
    expect(await shown(number)).toMatchObject({ mergeable_state: 'unstable' });

    await repository.rules.requireChecks('~DEFAULT_BRANCH', ['slow'], true);
    expect(await shown(number)).toMatchObject({ mergeable_state: 'blocked' });
    await repository.push('main', { 'other.py': 'y = 1\n' });
    expect(await shown(number)).toMatchObject({ mergeable: true, mergeable_state: 'behind' });

    await repository.pulls.convertToDraft(number);
    expect(await shown(number)).toMatchObject({ draft: true, mergeable_state: 'draft' });
  });
});

describe('what people do to a pull request is told with its changes', () => {
  it('when title, body or base are edited', async () => {
    const { number } = await openPull();
    const main = await repository.push('release/1', {}, { parent: 'main' });

    await repository.pulls.edit(number, { title: 'New title', body: 'New' });
    expect(lastPayload()).toMatchObject({
      action: 'edited',
      changes: { title: { from: 'Merge feature/1' }, body: { from: 'Old' } },
      pull_request: { title: 'New title', body: 'New' },
    });
    await repository.pulls.edit(number, { base: 'release/1' });
    expect(lastPayload()).toMatchObject({
      action: 'edited',
      changes: { base: { ref: { from: 'main' } } },
      pull_request: { base: { ref: 'release/1', sha: main } },
    });
  });

  it('when it becomes a draft, ready, labelled, unlabelled, closed, open', async () => {
    const { number } = await openPull();
    await repository.pulls.convertToDraft(number);
    expect(lastPayload()).toMatchObject({ action: 'converted_to_draft', pull_request: { draft: true } });
    await repository.pulls.markReady(number);
    expect(lastPayload()).toMatchObject({ action: 'ready_for_review', pull_request: { draft: false } });
    await repository.pulls.label(number, 'hold', 'dev');
    expect(lastPayload()).toMatchObject({
      action: 'labeled',
      label: { name: 'hold' },
      sender: { login: 'dev' },
      pull_request: { labels: [{ name: 'hold' }] },
    });
    await repository.pulls.unlabel(number, 'hold');
    expect(lastPayload()).toMatchObject({ action: 'unlabeled', pull_request: { labels: [] } });
    await repository.closePull(number);
    expect(lastPayload()).toMatchObject({ action: 'closed', pull_request: { merged: false } });
    await repository.pulls.reopen(number);
    expect(lastPayload()).toMatchObject({ action: 'reopened' });
  });
});

describe('reviews', () => {
  it('are bound to the head of their moment, and told in small letters', async () => {
    const { head, number } = await openPull();
    const first = await repository.reviews.approve(number, 'acme');
    expect(github.deliveries.all.at(-1)).toMatchObject({
      event: 'pull_request_review',
      payload: { action: 'submitted', review: { id: first, state: 'approved', commit_id: head } },
    });
    const next = await repository.push('feature/1', { 'new.py': 'z = 2\n' });
    await repository.reviews.requestChanges(number, 'fan');
    await repository.reviews.comment(number, 'acme');

    await repository.reviews.dismiss(number, first);
    expect(lastPayload()).toMatchObject({ action: 'dismissed', review: { id: first, state: 'dismissed' } });
    expect((await app('GET', path(`/pulls/${number}/reviews`))).body).toMatchObject([
      { state: 'DISMISSED', commit_id: head, user: { login: 'acme' } },
      { state: 'CHANGES_REQUESTED', commit_id: next, user: { login: 'fan' } },
      { state: 'COMMENTED', commit_id: next },
    ]);
  });

  it('are not for one’s own pull request', async () => {
    const { number } = await openPull();
    await expect(repository.reviews.approve(number, 'dev')).rejects.toThrow(
      'Can not approve your own pull request',
    );
  });

  it('come page by page, as conversations do', async () => {
    const { number } = await openPull();
    for (let review = 0; review < 101; review += 1) await repository.reviews.comment(number, 'acme');
    for (let thread = 0; thread < 101; thread += 1) repository.reviews.startThread(number, 'new.py');

    const { body } = await app('GET', path(`/pulls/${number}/reviews?per_page=100&page=2`));
    expect(body).toHaveLength(1);
    const query = `query ($owner: String!, $name: String!, $number: Int!, $after: String) {
      repository(owner: $owner, name: $name) { pullRequest(number: $number) {
        reviewThreads(first: 100, after: $after) {
          nodes { isResolved } pageInfo { hasNextPage endCursor }
        }
      } }
    }`;
    const ask = async (after: string | null) => {
      const variables = { owner: 'acme', name: `pulls-${made}`, number, after };
      const answer = await app('POST', '/graphql', { query, variables });
      return Object(answer.body).data.repository.pullRequest.reviewThreads;
    };
    const first = await ask(null);
    expect(first.nodes).toHaveLength(100);
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(await ask(first.pageInfo.endCursor)).toMatchObject({
      nodes: [{ isResolved: false }],
      pageInfo: { hasNextPage: false },
    });
  });
});

it('a resolved conversation shows in GraphQL, and a wrong query is refused as by GitHub', async () => {
  const { number } = await openPull();
  const thread = repository.reviews.startThread(number, 'new.py');
  await repository.reviews.resolveThread(number, thread);

  const ask = (fields: string) =>
    app('POST', '/graphql', {
      query: `{ repository(owner: "acme", name: "pulls-${made}") { pullRequest(number: ${number}) ${fields} } }`,
    });
  expect((await ask('{ reviewThreads(first: 5) { nodes { isResolved } } }')).body).toMatchObject({
    data: { repository: { pullRequest: { reviewThreads: { nodes: [{ isResolved: true }] } } } },
  });
  expect((await ask('{ reviewThreads { totalCount } }')).body).toMatchObject({
    errors: [{ message: expect.stringContaining('`first`') }],
  });
  expect((await ask('{ nonsense }')).body).toMatchObject({ errors: [{}] });
});

it('files and commits come page by page, with what changed since the base', async () => {
  const files = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`many/${n}.py`, 'x\n']));
  await repository.push('feature/1', { ...files, 'app.py': null });
  const head = await repository.push('feature/1', { 'many/0.py': 'y\nz\n' });
  await repository.push('main', { 'unrelated.py': 'u = 1\n' });
  const number = await repository.openPull({ head: 'feature/1' });

  const first = Object((await app('GET', path(`/pulls/${number}/files?per_page=100`))).body);
  const rest = Object((await app('GET', path(`/pulls/${number}/files?per_page=100&page=2`))).body);
  expect([first.length, rest.length]).toEqual([100, 2]);
  expect(first.slice(0, 2)).toMatchObject([
    { filename: 'app.py', status: 'removed', deletions: 1 },
    { filename: 'many/0.py', status: 'added', additions: 2 },
  ]);
  expect((await app('GET', path(`/pulls/${number}/commits?per_page=1&page=2`))).body).toMatchObject([
    { sha: head },
  ]);
});

it('a pull request outlives the fork it came from', async () => {
  const fork = await repository.fork('fan');
  await fork.push('patch', { 'app.py': 'x = 2\n' });
  const number = await repository.openPull({ head: 'fan:patch', author: 'fan' });

  await fork.delete();

  expect(await shown(number)).toMatchObject({ state: 'open', head: { ref: 'patch', repo: null } });
  expect((await app('GET', `/repos/${fork.fullName}`)).status).toBe(404);
  expect((await app('PUT', path(`/pulls/${number}/merge`), { merge_method: 'squash' })).status).toBe(200);
});
