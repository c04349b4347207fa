import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import type { LocalGitHub } from './support/local-github/local-github.ts';
import { startLocalGitHub } from './support/local-github/start.ts';

let github: LocalGitHub;
let directory: string;
beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'mallory'], installedOn: ['acme'] });
  directory = await mkdtemp(join(tmpdir(), 'codex-action-'));
});
afterAll(async () => {
  await github.close();
  await rm(directory, { recursive: true, force: true });
});

/** Runs `node src/action.ts` as a workflow step does, with the event that GitHub would have sent. */
async function runAction(event: object | null) {
  const file = join(directory, 'event.json');
  await writeFile(file, JSON.stringify(event));
  return execa(process.execPath, [join(import.meta.dirname, '..', 'src', 'action.ts')], {
    extendEnv: false,
    reject: false,
    env: {
      PATH: process.env.PATH ?? '',
      RUNNER_TEMP: directory,
      LOG_LEVEL: 'warn',
      GITHUB_API_URL: github.url,
      GITHUB_TOKEN: github.token('acme'),
      GITHUB_RUN_ID: '1',
      GITHUB_EVENT_NAME: 'issue_comment',
      ...(event ? { GITHUB_EVENT_PATH: file } : {}),
    },
  });
}

test('a workflow run on issue_comment → the check run and the comment, as from the server', async () => {
  const repository = await github.createRepository('acme', 'strategy', { private: true });
  await repository.push('main', { 'test_a.py': 'def test_a():\n    assert True\n' });
  const head = await repository.push('feature', { 'test_b.py': 'def test_b():\n    assert True\n' });
  const pull = await repository.openPull({ head: 'feature' });
  github.deliveries.mode = 'hold';
  await repository.comment(pull, 'acme', '/codex plan');
  const event = github.deliveries.all.findLast(({ event: name }) => name === 'issue_comment');

  const { exitCode } = await runAction(event?.payload ?? null);
  expect(exitCode).toBe(0);
  expect(await repository.checkRuns(head)).toMatchObject([{ name: 'codex/plan', conclusion: 'success' }]);
  expect((await repository.comments(pull)).map(({ body }) => body)).toEqual([
    '/codex plan',
    expect.stringContaining('2 passed'),
  ]);
});

test('/codex pr plans and merges what nothing else is missing to, and waits for nothing', async () => {
  const repository = await github.createRepository('acme', 'merging', { private: true });
  await repository.push('main', { 'test_a.py': 'def test_a():\n    assert True\n' });
  const head = await repository.push('feature/7', { 'test_b.py': 'def test_b():\n    assert True\n' });
  const pull = await repository.openPull({ head: 'feature/7', title: 'A second test', draft: true });
  github.deliveries.mode = 'hold';
  const asked = async () => {
    await repository.comment(pull, 'acme', '/codex pr');
    const event = github.deliveries.all.findLast(({ event: name }) => name === 'issue_comment');
    const { exitCode } = await runAction(event?.payload ?? null);
    const merges = (await repository.checkRuns(head)).filter(({ name }) => name === 'codex/pr');
    return { exitCode, check: merges.at(-1) };
  };

  const waiting = await asked();
  expect(waiting).toMatchObject({ exitCode: 0, check: { conclusion: 'cancelled' } });
  expect(waiting.check?.output.title).toContain('Not merged: It would have to wait');
  expect(waiting.check?.output.summary).toContain('The pull request is a draft.');

  await repository.pulls.markReady(pull);
  expect(await asked()).toMatchObject({ exitCode: 0, check: { conclusion: 'success' } });
});

test('a workflow without an event → exit code 1', async () => {
  expect((await runAction(null)).exitCode).toBe(1);
});
