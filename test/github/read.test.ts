import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { readFile } from '../../src/github/content.ts';
import { mayWrite, roleOf } from '../../src/github/permission.ts';
import { getPull, pullsWithHead } from '../../src/github/pull.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { connect } from './connect.ts';

const name = { owner: 'acme', repo: 'bot' };
const CONFIG = 'plan:\n  auto: true # ünïcode 🙂\n';

let github: LocalGitHub;
let octokit: Octokit;
let repository: LocalRepository;
let fork: LocalRepository;
let base: string;

beforeAll(async () => {
  github = await startLocalGitHub({
    users: ['acme', 'writer', 'maintainer', 'triager', 'stranger'],
    installedOn: ['acme'],
  });
  repository = await github.createRepository('acme', 'bot');
  base = await repository.push('main', { '.github/codex.yml': CONFIG, 'src/app.py': 'x = 1\n' });
  fork = await repository.fork('stranger');
  await repository.allow('writer', 'push');
  await repository.allow('maintainer', 'maintain');
  await repository.allow('triager', 'triage');
  octokit = await connect(github).installations.octokit(github.installation('acme'));
});
afterAll(() => github.close());

describe('a pull request', () => {
  it('is read with its head, its base and its author', async () => {
    const head = await repository.push('feature', { 'src/app.py': 'x = 2\n' });
    const number = await repository.openPull({ head: 'feature', title: 'Two', author: 'writer' });

    expect(await getPull(octokit, name, number)).toEqual({
      number,
      state: 'open',
      merged: false,
      draft: false,
      title: 'Two',
      body: '',
      labels: [],
      mergeable: true,
      mergeCommitSha: null,
      mergedBy: null,
      author: 'writer',
      headSha: head,
      headRef: 'feature',
      headPushedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      baseRef: 'main',
      baseSha: base,
      fork: false,
    });
  });

  it('from a fork says so, and follows its pushes', async () => {
    await fork.push('patch', { 'src/app.py': 'x = 3\n' });
    const number = await repository.openPull({ head: 'stranger:patch', author: 'stranger' });
    const next = await fork.push('patch', { 'src/app.py': 'x = 4\n' });

    const pull = await getPull(octokit, name, number);

    expect(pull).toMatchObject({ fork: true, headSha: next });
    expect(await pullsWithHead(octokit, name, next)).toEqual([number]);
  });

  it('is not found by its head any more once it is closed', async () => {
    const head = await repository.push('short', { 'src/app.py': 'x = 5\n' });
    const number = await repository.openPull({ head: 'short' });
    expect(await pullsWithHead(octokit, name, head)).toEqual([number]);

    await repository.closePull(number);

    expect(await pullsWithHead(octokit, name, head)).toEqual([]);
    expect(await getPull(octokit, name, number)).toMatchObject({ state: 'closed' });
  });
});

describe('the role', () => {
  it.each([
    ['acme', 'admin'],
    ['maintainer', 'maintain'],
    ['writer', 'write'],
    ['triager', 'triage'],
    ['nobody-of-that-name', 'none'],
    ['../../../acme', 'none'],
  ])('of %s is %s', async (login, role) => {
    expect(await roleOf(octokit, name, login)).toBe(role);
  });
});

describe('write permission', () => {
  it.each([
    ['acme', true],
    ['writer', true],
    ['maintainer', true],
    ['triager', false],
    ['stranger', false],
    ['nobody-of-that-name', false],
    ['../../../acme', false],
  ])('of %s is %s', async (login, expected) => {
    expect(await mayWrite(octokit, name, login)).toBe(expected);
  });

  it('is what it is now, not what it was', async () => {
    await repository.disallow('writer');
    expect(await mayWrite(octokit, name, 'writer')).toBe(false);
  });
});

describe('a file', () => {
  it('is read as it stands at a ref', async () => {
    await repository.push('other', { '.github/codex.yml': 'plan: {}\n' });

    expect(await readFile(octokit, name, 'main', '.github/codex.yml')).toBe(CONFIG);
    expect(await readFile(octokit, name, base, '.github/codex.yml')).toBe(CONFIG);
    expect(await readFile(octokit, name, 'other', '.github/codex.yml')).toBe('plan: {}\n');
  });

  it('is null where there is none, or a directory', async () => {
    expect(await readFile(octokit, name, 'main', '.github/other.yml')).toBeNull();
    expect(await readFile(octokit, name, 'no-such-branch', '.github/codex.yml')).toBeNull();
    expect(await readFile(octokit, name, 'main', '.github')).toBeNull();
  });
});
