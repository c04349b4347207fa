import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '../../github/connect.ts';
import { type AskAsApp, asApp } from './app-client.ts';
import type { LocalGitHub } from './local-github.ts';
import type { LocalRepository } from './repository.ts';
import { startLocalGitHub } from './start.ts';

let github: LocalGitHub;
let repository: LocalRepository;
let app: AskAsApp;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'dev'], installedOn: ['acme'] });
  github.deliveries.deliverTo('http://127.0.0.1:9/hook');
  app = await asApp(github, 'acme');
  repository = await github.createRepository('acme', 'bot');
  await repository.push('main', { 'app.py': 'x = 1\n' });
});
afterAll(() => github.close());

const path = (rest: string) => `/repos/acme/bot${rest}`;

describe('the App', () => {
  it('reads about itself, its installations, and where its webhooks go', async () => {
    const octokit = await connect(github).installations.octokit(github.installation('acme'));
    const { data: self } = await octokit.rest.apps.getAuthenticated();
    expect(self).toMatchObject({
      slug: 'codex',
      permissions: { contents: 'write', metadata: 'read' },
      events: expect.arrayContaining(['pull_request_review', 'status', 'push']),
    });
    const { data: installations } = await octokit.rest.apps.listInstallations();
    expect(installations).toMatchObject([{ account: { login: 'acme' }, permissions: { contents: 'write' } }]);
    const { data: installation } = await octokit.rest.apps.getRepoInstallation({
      owner: 'acme',
      repo: 'bot',
    });
    expect(installation.id).toBe(github.installation('acme'));
    const { data: hook } = await octokit.rest.apps.getWebhookConfigForApp();
    expect(hook).toMatchObject({ url: 'http://127.0.0.1:9/hook', content_type: 'json', secret: '********' });
  });

  it('is not installed on repositories of others', async () => {
    await github.createRepository('dev', 'theirs');
    const octokit = await connect(github).installations.octokit(github.installation('acme'));
    await expect(octokit.rest.apps.getRepoInstallation({ owner: 'dev', repo: 'theirs' })).rejects.toThrow(
      'Not Found',
    );
  });

  it('hears nothing of a repository where it is not installed', async () => {
    const theirs = await github.createRepository('dev', 'quiet');
    await github.settled();
    const before = github.deliveries.all.length;
    await theirs.push('main', { a: '1' });
    expect(github.deliveries.all).toHaveLength(before);
  });
});

describe('branches', () => {
  it('are deleted through the API, which is told and closes their pull requests', async () => {
    await repository.push('feature/gone', { a: '1' });
    const number = await repository.openPull({ head: 'feature/gone' });

    expect((await app('DELETE', path('/git/refs/heads/feature/gone'))).status).toBe(204);
    await github.settled();

    const push = github.deliveries.all.findLast(({ event }) => event === 'push');
    expect(push?.payload).toMatchObject({ ref: 'refs/heads/feature/gone', deleted: true, head_commit: null });
    expect((await repository.pull(number)).state).toBe('closed');
    expect((await app('GET', path('/branches/feature/gone'))).status).toBe(404);
    expect(await app('DELETE', path('/git/refs/heads/feature/gone'))).toMatchObject({
      status: 422,
      message: 'Reference does not exist',
    });
  });

  it('are kept where they are the default branch, or rules forbid it', async () => {
    expect((await app('DELETE', path('/git/refs/heads/main'))).status).toBe(422);
    await repository.push('keep/1', { a: '1' });
    await repository.rules.create({
      name: 'Keep',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/heads/keep/*'], exclude: [] } },
      rules: [{ type: 'deletion' }],
    });
    expect(await app('DELETE', path('/git/refs/heads/keep/1'))).toMatchObject({
      status: 422,
      message: expect.stringContaining('Cannot delete this protected branch.'),
    });
  });
});

it.each([
  ['admin', 'admin', 'admin'],
  ['maintain', 'write', 'maintain'],
  ['write', 'write', 'write'],
  ['triage', 'read', 'triage'],
  ['read', 'read', 'read'],
] as const)('the role %s is the permission %s', async (role, permission, role_name) => {
  await repository.allow('dev', role);
  expect((await app('GET', path('/collaborators/dev/permission'))).body).toMatchObject({
    permission,
    role_name,
  });
});

it('the App opens an issue and finds it again', async () => {
  const { body } = await app('POST', path('/issues'), { title: 'What landed is not what was tested' });
  const { number } = Object(body);
  expect((await app('GET', path('/issues?state=open&per_page=100'))).body).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ number, title: 'What landed is not what was tested' }),
    ]),
  );
});

it('the log of a branch may start at a time', async () => {
  await repository.push('log', { a: '1' }, { message: 'first' });
  await repository.push('log', { a: '2' }, { message: 'second' });
  const list = async (query: string) => Object((await app('GET', path(`/commits?sha=log&${query}`))).body);
  const [newest] = await list('per_page=1');
  expect(newest.commit.message).toBe('second');
  expect(await list(`since=${newest.commit.committer.date}`)).toHaveLength(1);
});
