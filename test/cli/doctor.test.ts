/** `codexctl doctor`, the program itself, over a local GitHub. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { codexctl } from '../support/codexctl.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';

let github: LocalGitHub;

beforeAll(async () => {
  github = await startLocalGitHub({
    users: ['acme', 'dev'],
    installedOn: ['acme'],
    permissions: {
      checks: 'write',
      contents: 'read',
      metadata: 'read',
      pull_requests: 'write',
      issues: 'write',
    },
  });
  github.deliveries.deliverTo('http://127.0.0.1:9/webhooks/github');
  const repository = await github.createRepository('acme', 'shop');
  await repository.push('main', { 'a.txt': 'a\n' });
});
afterAll(() => github.close());

function doctor(repository: string, environment: Record<string, string> = {}) {
  const own = { ...github.environment, GH_TOKEN: github.token('acme') };
  return codexctl(['doctor', repository], { ...own, ...environment });
}

test('names what is wrong, each with its fix, and exits 1', async () => {
  const { exitCode, stdout } = await doctor('acme/shop');
  expect(stdout).toContain('Problem: permission contents: ');
  expect(stdout).toContain(
    'Problem: ruleset Codex: restrict updates: It is missing.\n  Run `codexctl governance apply acme/shop`',
  );
  expect(exitCode).toBe(1);
});

test('what only an administrator sees is left open without one', async () => {
  const { stdout } = await doctor('acme/shop', { GH_TOKEN: '' });
  expect(stdout).toContain('The classic protection of main could not be read.');
  expect(stdout).toContain('Problem: ruleset Codex: restrict updates: It is missing.');
});

test('a repository without the App', async () => {
  const { exitCode, stdout } = await doctor('dev/other');
  expect(stdout).toContain('The App is not installed on dev/other, or there is no such repository.');
  expect(exitCode).toBe(1);
});

test('names every variable at once, and no value', async () => {
  const { exitCode, stdout } = await doctor('acme/shop', { APP_ID: 'hunter2', PORT: 'hunter2' });
  expect(stdout).toContain('Problem: environment: APP_ID: ');
  expect(stdout).toContain('Problem: environment: PORT: ');
  expect(stdout).not.toContain('hunter2');
  expect(exitCode).toBe(1);
});

test('a mistake about GitHub hides none about the sandbox', async () => {
  const environment = { APP_ID: '', PRIVATE_KEY: '', CODEX_WORKER_SANDBOX_IMAGE: 'codex.invalid/nothing:1' };
  const { stdout } = await doctor('acme/shop', environment);
  expect(stdout).toContain('APP_ID');
  expect(stdout).toContain('codex.invalid/nothing:1');
});

test('what it cites of Docker and GitHub is without passwords', async () => {
  const { stdout } = await doctor('acme/shop', { DOCKER_HOST: 'tcp://me:hunter2@127.0.0.1:1' });
  expect(stdout).toContain('Problem: Docker: ');
  expect(stdout).not.toContain('hunter2');
});
