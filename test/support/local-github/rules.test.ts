import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { connect } from '../../github/connect.ts';
import { type AskAsApp, asApp } from './app-client.ts';
import { ACTIONS } from './check-actions.ts';
import type { LocalGitHub } from './local-github.ts';
import type { LocalRepository } from './repository.ts';
import { startLocalGitHub } from './start.ts';

let github: LocalGitHub;
let repository: LocalRepository;
let app: AskAsApp;
let directory: string;
let made = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-github-rules-'));
  github = await startLocalGitHub({ users: ['acme', 'dev', 'fan'], installedOn: ['acme'] });
  app = await asApp(github, 'acme');
});
afterAll(async () => {
  await github.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  made += 1;
  repository = await github.createRepository('acme', `rules-${made}`);
  await repository.allow('dev', 'write');
  await repository.push('main', { 'app.py': 'x = 1\n' });
});

const path = (rest: string) => `/repos/${repository.fullName}${rest}`;
const rulesOf = async (branch: string) => (await app('GET', path(`/rules/branches/${branch}`))).body;
const merge = (number: number) => app('PUT', path(`/pulls/${number}/merge`), { merge_method: 'squash' });
const openPull = async () => {
  const head = await repository.push('feature/1', { 'new.py': 'z = 1\n' });
  return { head, number: await repository.openPull({ head: 'feature/1', author: 'fan' }) };
};
const push = (url: string, from: string, to: string) =>
  execa('git', ['push', url, `${from}:refs/heads/${to}`], { cwd: repository.directory, reject: false });

describe('rulesets', () => {
  it('are about the branches that their patterns match', async () => {
    const id = await repository.rules.onlyCodexMayMove('~DEFAULT_BRANCH', 'refs/heads/release/*');

    expect(await rulesOf('main')).toEqual([
      {
        type: 'update',
        ruleset_source_type: 'Repository',
        ruleset_source: `acme/rules-${made}`,
        ruleset_id: id,
      },
    ]);
    expect(await rulesOf('release/1.0')).toHaveLength(1);
    expect(await rulesOf('release/1.0/hotfix')).toEqual([]);
    expect(await rulesOf('feature/1')).toEqual([]);
  });

  it('can be listed, read, changed and deleted; who may bypass is shown to those who may change it', async () => {
    const id = await repository.rules.onlyCodexMayMove('refs/heads/main');
    const asOwner = (method: string, rest: string, body: { enforcement: string } | null = null) =>
      github.as('acme', method, path(`/rulesets${rest}`), body);

    expect(await asOwner('GET', '')).toMatchObject([
      { id, enforcement: 'active', source_type: 'Repository' },
    ]);
    expect(await asOwner('GET', `/${id}`)).toMatchObject({ bypass_actors: [{ actor_type: 'Integration' }] });
    expect((await app('GET', path(`/rulesets/${id}`))).body).not.toHaveProperty('bypass_actors');
    expect((await app('DELETE', path(`/rulesets/${id}`))).status).toBe(403);

    await asOwner('PUT', `/${id}`, { enforcement: 'evaluate' });
    expect(await rulesOf('main')).toEqual([]);
    await repository.rules.delete(id);
    expect(await asOwner('GET', '')).toEqual([]);
  });

  it('in a form that GitHub does not know are refused', async () => {
    const wrong = { name: 'Wrong', enforcement: 'active', rules: [{ type: 'pull_request' }] };
    await expect(github.as('acme', 'POST', path('/rulesets'), wrong)).rejects.toThrow('422');
  });
});

describe('a branch that only Codex may move', () => {
  beforeEach(async () => {
    await repository.rules.onlyCodexMayMove('refs/heads/main');
  });

  it('is merged into by the App, and by nobody else', async () => {
    const { number } = await openPull();
    await expect(repository.pulls.merge(number)).rejects.toThrow('Cannot update this protected ref.');
    expect((await merge(number)).status).toBe(200);
  });

  it('takes pushes of the App only', async () => {
    await repository.push('feature/1', { 'new.py': 'z = 1\n' });
    const refused = await push(repository.pushUrl(), 'feature/1', 'main');
    expect(refused.stderr).toContain('GH013: Repository rule violations found for refs/heads/main');
    expect(refused.stderr).toContain('Cannot update this protected ref.');
    expect(refused.exitCode).not.toBe(0);

    const octokit = await connect(github).installations.octokit(github.installation('acme'));
    const { token } = Object(await octokit.auth({ type: 'installation' }));
    const { host } = new URL(github.url);
    const taken = await push(
      `http://x-access-token:${token}@${host}/${repository.fullName}.git`,
      'feature/1',
      'main',
    );
    expect(taken.exitCode).toBe(0);
  });
});

describe('a merge is refused in GitHub’s words', () => {
  it('until somebody who may write approves, nobody wants changes, and conversations are resolved', async () => {
    await repository.rules.requireReviews('~DEFAULT_BRANCH', { approvals: 1, resolveThreads: true });
    const { number } = await openPull();
    const thread = repository.reviews.startThread(number, 'new.py');
    const words = async () => (await merge(number)).message;

    expect(await words()).toBe(
      [
        'Repository rule violations found',
        'At least 1 approving review is required by reviewers with write access.',
        'A conversation must be resolved before this pull request can be merged.',
        '',
      ].join('\n\n'),
    );
    await repository.reviews.requestChanges(number, 'dev');
    expect(await words()).toContain('Changes were requested');
    await repository.reviews.approve(number, 'dev');
    expect(await words()).not.toContain('review');

    await repository.reviews.resolveThread(number, thread);
    expect((await merge(number)).status).toBe(200);
  });

  it('while approvals are of an older head, where they have to be of this one', async () => {
    await repository.rules.requireReviews('~DEFAULT_BRANCH', { dismissStale: true });
    const { number } = await openPull();
    await repository.reviews.approve(number, 'dev');
    await repository.push('feature/1', { 'new.py': 'z = 2\n' });
    expect((await merge(number)).message).toContain('At least 1 approving review');
  });

  it('while a required check is missing, runs, fails, or is another App’s', async () => {
    const required = { context: 'build', integration_id: ACTIONS.id };
    await repository.rules.requireChecks('~DEFAULT_BRANCH', [required, 'lint']);
    const { head, number } = await openPull();
    const words = async () => (await merge(number)).message;
    const other = { id: 99, slug: 'other', name: 'Other' };

    await repository.ci.run(head, 'build', 'success', other);
    await repository.ci.status(head, { context: 'lint', state: 'pending' });
    expect(await words()).toContain('Required status check "build" is expected.');
    expect(await words()).toContain('Required status check "lint" is in progress.');
    const run = await repository.ci.run(head, 'build', null);
    expect(await words()).toContain('Required status check "build" is in progress.');
    await repository.ci.complete(head, run, 'failure');
    expect(await words()).toContain('Required status check "build" is failing.');

    await repository.ci.run(head, 'build', 'skipped');
    await repository.ci.status(head, { context: 'lint', state: 'success' });
    expect((await merge(number)).status).toBe(200);
  });
});

describe('classic protection', () => {
  const protection = {
    required_status_checks: { strict: false, contexts: ['ci'], checks: [{ context: 'bound', app_id: 7 }] },
    required_pull_request_reviews: { required_approving_review_count: 2 },
    enforce_admins: true,
    restrictions: null,
  };

  it('is shown to those who may read the administration, and flagged on the branch', async () => {
    expect(await app('GET', path('/branches/main/protection'))).toMatchObject({
      status: 404,
      message: 'Branch not protected',
    });
    await repository.rules.protect('main', protection);

    expect((await app('GET', path('/branches/main/protection'))).body).toMatchObject({
      required_status_checks: {
        checks: [
          { context: 'bound', app_id: 7 },
          { context: 'ci', app_id: null },
        ],
      },
      required_pull_request_reviews: { required_approving_review_count: 2 },
      enforce_admins: { enabled: true },
    });
    expect((await app('GET', path('/branches/main'))).body).toMatchObject({ protected: true });
    await expect(github.as('dev', 'GET', path('/branches/main/protection'))).rejects.toThrow('403');
  });

  it('is not shown to an App without that permission; a ruleset alone is no classic protection', async () => {
    const permissions = { contents: 'write', pull_requests: 'write', metadata: 'read' } as const;
    const strict = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'], permissions });
    const theirs = await strict.createRepository('acme', 'theirs');
    await theirs.push('main', { a: '1' });
    await theirs.rules.onlyCodexMayMove('~ALL');
    const ask = await asApp(strict, 'acme');
    const answers = [
      await ask('GET', '/repos/acme/theirs/branches/main/protection'),
      await ask('GET', '/repos/acme/theirs/branches/main'),
    ];
    const asked = await strict.as('acme', 'GET', '/repos/acme/theirs/branches/main/protection').catch(String);
    await strict.close();
    expect(answers).toMatchObject([
      { status: 403, message: 'Resource not accessible by integration' },
      { status: 200, body: { protected: true } },
    ]);
    expect(asked).toContain('Branch not protected');
  });

  it('holds for merges and pushes', async () => {
    await repository.rules.protect('main', protection);
    const { number } = await openPull();
    const { message } = await merge(number);
    expect(message).toContain('At least 2 approving reviews are required');
    expect(message).toContain('"ci" is expected');
    expect((await push(repository.pushUrl('dev'), 'feature/1', 'main')).stderr).toContain(
      'Changes must be made through a pull request.',
    );
  });
});
