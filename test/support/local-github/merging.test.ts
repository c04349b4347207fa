import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
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
  repository = await github.createRepository('acme', `merging-${made}`);
  await repository.allow('dev', 'write');
  await repository.push('main', { 'app.py': 'x = 1\n', 'other.py': 'y = 1\n' });
});

const git = async (...args: string[]) => (await execa('git', args, { cwd: repository.directory })).stdout;
const path = (rest: string) => `/repos/${repository.fullName}${rest}`;
const merge = (number: number, more: object = {}) =>
  app('PUT', path(`/pulls/${number}/merge`), { merge_method: 'squash', ...more });
const eventsSince = (start: number) =>
  github.deliveries.all
    .slice(start)
    .map(({ event, payload }) => [event, payload.action].filter(Boolean).join('.'));

/** A pull request of dev's that adds a file. */
async function openPull(branch = 'feature/1', files = { 'new.py': 'z = 1\n' }) {
  const head = await repository.push(branch, files);
  return { head, number: await repository.openPull({ head: branch, title: 'New', author: 'dev' }) };
}

describe('a squash merge', () => {
  it('lands as one real commit of the author, committed by GitHub, on the tip of the base', async () => {
    const { head, number } = await openPull();
    const base = await repository.push('main', { 'other.py': 'y = 2\n' });

    const title = { commit_title: 'New (#1)', commit_message: 'Why.\n\nCodex-Merge: 7' };
    const { status, body } = await merge(number, { sha: head, ...title });

    expect({ status, body }).toMatchObject({ status: 200, body: { merged: true } });
    const { sha } = Object(body);
    expect(await git('rev-parse', 'main')).toBe(sha);
    expect((await git('log', '-1', '--format=%P|%an|%cn|%B', 'main')).trim()).toBe(
      `${base}|dev|GitHub|New (#1)\n\nWhy.\n\nCodex-Merge: 7`,
    );
    expect(await git('show', 'main:new.py')).toBe('z = 1');
    expect(await git('show', 'main:other.py')).toBe('y = 2');
    expect((await app('GET', path(`/pulls/${number}`))).body).toMatchObject({
      state: 'closed',
      merged: true,
      merge_commit_sha: sha,
      merged_by: { login: github.botLogin },
    });
  });

  it('shows in the log of the base, in the branch, and as a commit with its tree and parent', async () => {
    const base = await git('rev-parse', 'main');
    const { number } = await openPull();
    const { sha } = Object((await merge(number, { commit_title: 'Landed' })).body);
    const tree = await git('rev-parse', 'main^{tree}');

    const { body: log } = await app('GET', path('/commits?sha=main&per_page=1'));
    expect(log).toMatchObject([{ sha, commit: { message: 'Landed', tree: { sha: tree } } }]);
    const { body: gitCommit } = await app('GET', path(`/git/commits/${sha}`));
    expect(gitCommit).toMatchObject({ tree: { sha: tree }, parents: [{ sha: base }] });
    expect((await app('GET', path('/git/ref/heads/main'))).body).toMatchObject({ object: { sha } });
    expect((await app('GET', path('/branches/main'))).body).toMatchObject({
      commit: { sha },
      protected: false,
    });
  });

  it('sends push, check_suite and pull_request.closed', async () => {
    const { number } = await openPull();
    await github.settled();
    const start = github.deliveries.all.length;

    const { sha } = Object((await merge(number)).body);
    await github.settled();

    expect(eventsSince(start).sort()).toEqual(['check_suite.requested', 'pull_request.closed', 'push']);
    const payload = (event: string) =>
      github.deliveries.all.slice(start).find((one) => one.event === event)?.payload;
    expect(payload('pull_request')).toMatchObject({
      pull_request: { merged: true, merge_commit_sha: sha },
      sender: { login: github.botLogin },
    });
    expect(payload('push')).toMatchObject({
      ref: 'refs/heads/main',
      after: sha,
      created: false,
      forced: false,
      head_commit: { id: sha },
      sender: { login: github.botLogin },
    });
  });

  it.each(['lost', 'withheld'] as const)('has landed when its answer is %s', async (answer) => {
    const { number } = await openPull();
    const fault = { method: 'PUT', path: /\/merge$/, answer };
    github.fail(fault);

    const hanging = new AbortController();
    const asked = fetch(`${github.url}${path(`/pulls/${number}/merge`)}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${github.token('acme')}` },
      body: JSON.stringify({ merge_method: 'squash' }),
      signal: hanging.signal,
    });
    asked.catch(() => undefined); // It must fail; below it is looked at.
    await github.until('the merge', async () => (await repository.pull(number)).state === 'closed');
    hanging.abort();

    await expect(asked).rejects.toThrow();
    expect(await git('log', '--format=%s', '-1', 'main')).toBe(`New (#${number})`);
  });

  it('can be made by a person', async () => {
    const { number } = await openPull();
    const sha = await repository.pulls.merge(number, 'dev');
    expect(await git('rev-parse', 'main')).toBe(sha);
  });

  it('may be shown as open again by a fault of GitHub; merging it again makes an empty commit', async () => {
    const { number } = await openPull();
    const { sha } = Object((await merge(number)).body);

    await repository.pulls.reopenMerged(number);

    expect((await app('GET', path(`/pulls/${number}`))).body).toMatchObject({
      state: 'open',
      merged: false,
      merge_commit_sha: null,
    });
    expect(await git('rev-parse', 'main')).toBe(sha);
    expect((await merge(number)).status).toBe(200);
    expect(await git('diff', sha, 'main')).toBe('');
  });
});

describe('a merge is refused', () => {
  it('when the head is not the one that was named', async () => {
    const { head, number } = await openPull();
    await repository.push('feature/1', { 'new.py': 'z = 2\n' });
    expect(await merge(number, { sha: head })).toMatchObject({
      status: 409,
      message: 'Head branch was modified. Review and try the merge again.',
    });
  });

  it('when base or head move while it runs', async () => {
    const { head, number } = await openPull();

    repository.pulls.pushDuringNextMerge('main', { 'other.py': 'y = 3\n' });
    expect(await merge(number, { sha: head })).toMatchObject({
      status: 405,
      message: 'Base branch was modified. Review and try the merge again.',
    });
    repository.pulls.pushDuringNextMerge('feature/1', { 'new.py': 'z = 3\n' });
    expect((await merge(number, { sha: head })).status).toBe(409);

    expect(await git('log', '--format=%s', '-1', 'main')).toBe('Change other.py');
  });

  it('for drafts, conflicts, and what is closed or merged', async () => {
    const { number } = await openPull();
    await repository.pulls.convertToDraft(number);
    expect(await merge(number)).toMatchObject({ status: 405, message: 'Pull Request is still a draft' });

    await repository.pulls.markReady(number);
    await repository.push('main', { 'new.py': 'another\n' });
    expect(await merge(number)).toMatchObject({ status: 405, message: 'Pull Request is not mergeable' });

    await repository.closePull(number);
    expect((await merge(number)).status).toBe(405);
  });

  it.each([
    [{ contents: 'read' }, 'app.py', 'Resource not accessible by integration'],
    [
      { contents: 'write' },
      '.github/workflows/ci.yml',
      'refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission',
    ],
  ] as const)('to an App that was granted %j and merges a change of %s', async (granted, file, message) => {
    const permissions = { ...granted, pull_requests: 'write', metadata: 'read' } as const;
    const strict = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'], permissions });
    const theirs = await strict.createRepository('acme', 'theirs');
    await theirs.push('main', { 'app.py': 'x = 1\n' });
    await theirs.push('feature/1', { [file]: 'x = 2\n' });
    const number = await theirs.openPull({ head: 'feature/1' });

    const ask = await asApp(strict, 'acme');
    const refused = await ask('PUT', `/repos/acme/theirs/pulls/${number}/merge`, { merge_method: 'squash' });
    await strict.close();

    expect(refused).toMatchObject({ status: 403, message });
  });
});
