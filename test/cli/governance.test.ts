/** `codexctl governance` against a local GitHub that enforces rulesets: the program itself, as an administrator runs it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { codexctl } from '../support/codexctl.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';

const listed = z.array(z.object({ id: z.int(), name: z.string() }));

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

function run(args: readonly string[], environment: Record<string, string> = {}) {
  return codexctl(args, { ...github.environment, ...environment });
}

const asAdministrator = () => ({ GH_TOKEN: github.token('acme') });
const check = (...more: string[]) => run(['governance', 'check', `acme/${name}`, ...more], asAdministrator());
const apply = (...more: string[]) => run(['governance', 'apply', `acme/${name}`, ...more], asAdministrator());
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

describe('what Codex did not make', () => {
  const foreign = {
    name: 'Team rules',
    enforcement: 'active' as const,
    conditions: { ref_name: { include: ['refs/heads/main'], exclude: [] } },
    rules: [{ type: 'update' as const }],
  };

  test('is warned of where it would keep Codex from merging, and stays as it is', async () => {
    const id = await repository.rules.create(foreign);
    const before = await github.as('acme', 'GET', `/repos/acme/${name}/rulesets/${id}`);
    const { stdout, exitCode } = await apply();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Warning: The ruleset "Team rules" restricts updates: Codex cannot merge');
    expect(await github.as('acme', 'GET', `/repos/acme/${name}/rulesets/${id}`)).toEqual(before);
  });

  test('is not touched though it has the name of ours', async () => {
    await repository.rules.create({
      ...foreign,
      name: 'Codex: restrict updates',
      rules: [{ type: 'creation' }],
    });
    const before = await rulesets();
    const { stdout, stderr, exitCode } = await apply();
    expect(stdout).toContain('not touched: it has rules that Codex did not make: creation');
    expect(stderr).toContain('Nothing was changed.');
    expect(exitCode).toBe(2);
    expect(await rulesets()).toEqual(before);
  });
});

test('a classic protection that keeps the App from pushing is named', async () => {
  const protection = {
    required_status_checks: null,
    required_pull_request_reviews: null,
    enforce_admins: true,
    restrictions: { users: ['acme'], teams: [], apps: [] as string[] },
  };
  await repository.rules.protect('main', protection);
  expect((await check()).stdout).toContain('Warning: The classic protection of main restricts who may push');
  const apps = [github.botLogin.replace('[bot]', '')];
  await repository.rules.protect('main', {
    ...protection,
    restrictions: { ...protection.restrictions, apps },
  });
  expect((await check()).stdout).not.toContain('Warning');
});

describe('ours', () => {
  test('that somebody switched off is switched on again, and the approvals they raised stay', async () => {
    await apply('--approvals', '2');
    const updates = listed.parse(await rulesets()).find(({ name }) => name === 'Codex: restrict updates');
    await github.as('acme', 'PUT', `/repos/acme/${name}/rulesets/${updates?.id}`, {
      enforcement: 'disabled',
    });

    const { stdout } = await apply();
    expect(stdout).toBe(
      [
        'Codex: restrict updates: to be changed',
        '  - enforcement: disabled',
        '  + enforcement: active',
        'Codex: pull requests and checks: as it should be',
        'Done.',
      ].join('\n'),
    );
    expect((await check()).exitCode).toBe(0);
  });

  test('follow the configuration of the default branch', async () => {
    await repository.push('main', { '.github/codex.yml': 'governance: {protected: [trunk, "qa/**"]}\n' });
    expect((await check()).stdout).toContain(
      '+ branches: refs/heads/qa/**, refs/heads/qa/**/*, refs/heads/trunk',
    );
  });

  test('keep everybody but Codex from moving a protected branch', async () => {
    await apply();
    const head = await repository.push('feature/1', { 'b.txt': 'b\n' });
    const number = await repository.openPull({ head: 'feature/1' });
    expect(head).not.toBe('');
    await expect(
      github.as('acme', 'PUT', `/repos/acme/${name}/pulls/${number}/merge`, { merge_method: 'squash' }),
    ).rejects.toThrow('405');
  });
});

describe('what cannot be done', () => {
  test.each([
    ['without an administrator’s token', () => run(['governance', 'apply', `acme/${name}`]), 'GH_TOKEN'],
    [
      'with the token of somebody else',
      () => run(['governance', 'apply', `acme/${name}`], { GH_TOKEN: github.token('dev') }),
      'GitHub refused',
    ],
    [
      'where the App is not installed',
      () => run(['governance', 'check', 'dev/x'], asAdministrator()),
      'not installed on dev/x',
    ],
    [
      'with a number of approvals that is none',
      () => check('--approvals', 'many'),
      'Give a whole number from 0 to 10.',
    ],
  ])('%s: nothing is changed, and why', async (_, refused, words) => {
    const { exitCode, stderr } = await refused();
    expect(stderr).toContain(words);
    expect(exitCode).toBe(2);
    expect(await rulesets()).toEqual([]);
  });
});
