import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AskAsApp, asApp } from './app-client.ts';
import type { LocalGitHub } from './local-github.ts';
import type { LocalRepository } from './repository.ts';
import { startLocalGitHub } from './start.ts';

let github: LocalGitHub;
let repository: LocalRepository;
let app: AskAsApp;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'dev', 'fan'], installedOn: ['acme'] });
  app = await asApp(github, 'acme');
  repository = await github.createRepository('acme', 'bot');
  await repository.push('main', { 'app.py': 'x = 1\n' });
});
afterAll(() => github.close());

const path = (rest: string) => `/repos/acme/bot${rest}`;

describe('commit statuses', () => {
  it('are told, and combined: the newest of each context counts', async () => {
    const head = await repository.push('statuses', { a: '1' });
    const combined = async () => (await app('GET', path('/commits/statuses/status'))).body;
    expect(await combined()).toMatchObject({ state: 'pending', total_count: 0 });

    await repository.ci.status(head, { context: 'ci', state: 'failure', description: 'broken' });
    expect(github.deliveries.all.at(-1)).toMatchObject({
      event: 'status',
      payload: {
        sha: head,
        context: 'ci',
        state: 'failure',
        branches: [{ name: 'statuses' }],
        name: 'acme/bot',
      },
    });
    await repository.ci.status(head, { context: 'lint', state: 'success' });
    expect(await combined()).toMatchObject({ state: 'failure', total_count: 2 });
    await repository.ci.status(head, { context: 'ci', state: 'success' });
    expect(await combined()).toMatchObject({
      state: 'success',
      sha: head,
      statuses: [{ context: 'ci', state: 'success' }, { context: 'lint' }],
    });
  });

  it('come page by page', async () => {
    const head = await repository.push('many', { a: '2' });
    for (let n = 0; n < 101; n += 1) await repository.ci.status(head, { context: `c${n}`, state: 'success' });
    const { body } = await app('GET', path(`/commits/${head}/status?per_page=100&page=2`));
    expect(body).toMatchObject({ total_count: 101, statuses: [{ context: 'c0' }] });
  });

  it('are written by people who may write, and not by an App that may only read them', async () => {
    const head = await repository.push('mine', { a: '3' });
    expect((await app('POST', path(`/statuses/${head}`), { state: 'success' })).status).toBe(403);
    await expect(repository.ci.status(head, { state: 'success' }, 'fan')).rejects.toThrow('403');
  });
});

describe('check runs of other Apps', () => {
  it('are told with their App, whose suite ends with them', async () => {
    const head = await repository.push('feature/ci', { a: '4' });
    const number = await repository.openPull({ head: 'feature/ci' });
    await repository.ci.run(head, 'build', 'success');

    const [run, suite] = github.deliveries.all.slice(-2);
    expect(run).toMatchObject({
      event: 'check_run',
      payload: {
        action: 'completed',
        check_run: { name: 'build', conclusion: 'success', app: { slug: 'github-actions' } },
      },
    });
    expect(suite).toMatchObject({
      event: 'check_suite',
      payload: {
        action: 'completed',
        check_suite: { head_sha: head, app: { slug: 'github-actions' }, pull_requests: [{ number }] },
      },
    });
  });

  it('name no pull request where the head is a fork’s', async () => {
    const fork = await repository.fork('fan');
    const head = await fork.push('patch', { a: '5' });
    await repository.openPull({ head: 'fan:patch', author: 'fan' });
    await repository.ci.run(head, 'build', 'failure');
    expect(github.deliveries.all.at(-1)?.payload).toMatchObject({
      check_suite: { head_sha: head, pull_requests: [] },
    });
  });

  it('are listed by name and App, the latest of each, page by page', async () => {
    const head = await repository.push('listed', { a: '6' });
    const other = { id: 99, slug: 'other', name: 'Other' };
    await repository.ci.run(head, 'build', 'failure');
    await repository.ci.run(head, 'build', 'success');
    await repository.ci.run(head, 'build', 'neutral', other);
    const list = async (query: string) =>
      (await app('GET', path(`/commits/${head}/check-runs?${query}`))).body;

    expect(await list('')).toMatchObject({
      total_count: 2,
      check_runs: [
        { conclusion: 'neutral', app: { id: 99 } },
        { conclusion: 'success', app: { id: 15368 } },
      ],
    });
    expect(await list('filter=all')).toMatchObject({ total_count: 3 });
    expect(await list('app_id=99')).toMatchObject({ total_count: 1 });
    expect(await list('per_page=1&page=2')).toMatchObject({
      total_count: 2,
      check_runs: [{ conclusion: 'success' }],
    });
  });
});
