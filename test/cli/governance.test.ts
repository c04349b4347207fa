/** `codexctl governance` against a local GitHub that enforces rulesets: the program itself, as an administrator runs it. */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';

jest.setTimeout(30_000);

const CLI = join(import.meta.dirname, '../../src/cli.ts');

let github: LocalGitHub;
let repository: LocalRepository;
let name: string;
let count = 0;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'dev'], installedOn: ['acme'] });
});
afterAll(() => github.close());
beforeEach(async () => {
  name = `shop-${++count}`;
  repository = await github.createRepository('acme', name);
  await repository.push('main', { 'a.txt': 'a\n' });
});

function codexctl(args: readonly string[], environment: Record<string, string> = {}) {
  return execa(process.execPath, [CLI, ...args], {
    env: { ...github.environment, GH_TOKEN: '', NODE_OPTIONS: '', ...environment },
    reject: false,
  });
}

const asAdministrator = () => ({ GH_TOKEN: github.token('acme') });
const check = (...more: string[]) => codexctl(['governance', 'check', `acme/${name}`, ...more], asAdministrator());
const apply = (...more: string[]) => codexctl(['governance', 'apply', `acme/${name}`, ...more], asAdministrator());
const rulesets = () => github.as('acme', 'GET', `/repos/acme/${name}/rulesets`);

describe('a repository without rules', () => {
  test('is told what is missing; apply makes it, and a second one changes nothing', async () => {
    const before = await check();
    expect(before.exitCode).toBe(1);
    expect(before.stdout).toContain('Codex: restrict updates: to be created');
    expect(before.stdout).toContain('+ branches: refs/heads/main, refs/heads/release/*');

    const first = await apply();
    expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Done.') });
    const made = await rulesets();

    const second = await apply();
    expect(second.stdout).toBe(
      'Codex: restrict updates: as it should be\nCodex: pull requests and checks: as it should be',
    );
    expect(await rulesets()).toEqual(made);
    expect((await check()).exitCode).toBe(0);
  });
});
