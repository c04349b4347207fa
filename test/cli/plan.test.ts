/** `codexctl plan`: the program itself on real repositories, for its exit code and its record. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { newRepository, type Repository } from '../plan/source/repository.ts';
import { codexctl } from '../support/codexctl.ts';

/** Nobody listens there. */
const NO_INDEX = 'http://127.0.0.1:9/simple';

let dataDir: string;
let repository: Repository;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'codex-cli-'));
});
beforeEach(async () => {
  repository = await newRepository();
});
afterAll(() => rmSync(dataDir, { recursive: true }));

function run(...args: string[]) {
  return codexctl(args, { CODEX_DATA_DIR: dataDir, CODEX_WORKER_INDEX_URL: NO_INDEX });
}

/** Exit code and record of a plan of `change` onto `main`. */
async function plan(...args: string[]) {
  const { exitCode, stdout } = await run('plan', '--repo', repository.path, '--json', ...args);
  return { exitCode, record: JSON.parse(stdout) };
}

const PASSES = 'def test_pass():\n    pass\n';
const FAILS = 'def test_fail():\n    assert 0\n';

async function change(files: Record<string, string | null>, base: Record<string, string>): Promise<void> {
  await repository.commit('base', base);
  repository.branchOff('change');
  await repository.commit('change', files);
}

describe('exit code and record', () => {
  test('everything passes → 0', async () => {
    await change({ 'test_b.py': PASSES }, { 'test_a.py': PASSES });
    const { exitCode, record } = await plan();
    expect(exitCode).toBe(0);
    expect(record).toMatchObject({
      conclusion: 'success',
      tree: repository.git('rev-parse', 'HEAD^{tree}'),
      image: expect.stringContaining('sha256:'),
      command: expect.stringContaining('docker run'),
      counts: { collected: 2, passed: 2, failed: 0, errors: 0, skipped: 0, xfailed: 0, xpassed: 0 },
      tests: [],
      phases: { source: expect.any(Number), install: expect.any(Number), test: expect.any(Number) },
      first_test_seconds: expect.any(Number),
      truncated: false,
    });
  });

  test('no tests → 1, since nothing proves a success', async () => {
    await change({ 'a.py': 'x = 1\n' }, { 'a.py': '' });
    const { exitCode, record } = await plan();
    expect([exitCode, record.conclusion]).toEqual([1, 'neutral']);
  });

  test('what cannot be run → 2, with words, and the run does not stay open', async () => {
    await repository.commit('base', { 'test_a.py': PASSES });
    repository.git('checkout', '--quiet', '--orphan', 'change');
    await repository.commit('another root', { 'test_b.py': PASSES });
    const { exitCode, stdout, stderr } = await run('plan', '--repo', repository.path, '--json');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('share no history');
    expect((await run('runs')).stdout.split('\n')).toContainEqual(
      expect.stringContaining('share no history'),
    );
    expect((await run('plan', '--repo', '/nowhere')).exitCode).toBe(2);
    expect((await run('plan')).exitCode).toBe(2);
  });
});

test.each(['SIGINT', 'SIGHUP'] as const)(
  '%s: the container is gone, and the list of runs says why it ended',
  async (signal) => {
    await change({ 'test_a.py': 'import time\ndef test_a(): time.sleep(600)\n' }, { 'a.py': '' });
    const running = run('plan', '--repo', repository.path);
    await new Promise<void>((resolve) => {
      running.stderr?.on('data', (told: Buffer) => told.includes('Running tests') && resolve());
    });
    running.kill(signal);
    expect((await running).exitCode).toBe(2);
    const [latest = ''] = (await run('runs')).stdout.split('\n').filter((line) => line.includes('cancelled'));
    expect(latest).toContain('The plan was interrupted.');
    const left = await execa('docker', [
      'ps',
      '--quiet',
      '--filter',
      `label=codex.run=${latest.split(' ', 1)}`,
    ]);
    expect(left.stdout).toBe('');
  },
);

describe('failures', () => {
  const attributions = (record: { tests: { nodeid: string; attribution: string }[] }) =>
    Object.fromEntries(record.tests.map(({ nodeid, attribution }) => [nodeid, attribution]));

  test('are told apart next to a file that cannot be read', async () => {
    await change(
      { 'test_old.py': `${FAILS}\n\n${FAILS.replace('test_fail', 'test_new')}` },
      {
        'test_broken.py': 'import nowhere_to_be_found\n',
        'test_old.py': `${FAILS}\n\n${PASSES.replace('test_pass', 'test_new')}`,
        'pytest.ini': '[pytest]\naddopts = --continue-on-collection-errors\n',
      },
    );
    const { exitCode, record } = await plan();
    expect(exitCode).toBe(1);
    expect(attributions(record)).toEqual({
      'test_broken.py': 'base',
      'test_old.py::test_fail': 'base',
      'test_old.py::test_new': 'caused',
    });
  });

  test('are found again outside of testpaths, also where base lacks the path', async () => {
    await change(
      { 'extra/test_new.py': FAILS },
      {
        'tests/test_a.py': PASSES,
        'extra/test_old.py': FAILS,
        'pytest.ini': '[pytest]\ntestpaths = tests\n',
      },
    );
    const { record } = await plan('extra/test_new.py', 'extra/test_old.py');
    expect(attributions(record)).toEqual({
      'extra/test_new.py::test_fail': 'caused',
      'extra/test_old.py::test_fail': 'base',
    });
  });
});

describe('an index that cannot be reached', () => {
  test('tools that the tests do without change nothing', async () => {
    const files = { 'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\n', 'test_a.py': PASSES };
    await change({ 'requirements-dev.txt': 'pytest==8.3.4\nmypy\nsphinx==7\n' }, files);
    const { exitCode, record } = await plan();
    expect([exitCode, record.title]).toEqual([0, '1 passed']);
    expect(record.notes).toEqual([
      expect.stringContaining('cannot be reached'),
      'Asked for and not installed: mypy, sphinx.',
      expect.stringMatching(
        /^Other versions than asked for, none that the project itself rules out: pytest /,
      ),
    ]);
    expect(record.phases.install).toBeLessThan(30);
  });

  test('the project on other versions than it asks for is no success', async () => {
    const project = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["attrs<1"]\n';
    await change({ 'pyproject.toml': project }, { 'test_a.py': PASSES });
    const { exitCode, record } = await plan();
    expect([exitCode, record.title]).toEqual([1, '1 passed, but not with the versions asked for']);
    expect(record.notes[0]).toMatch(/^attrs [\d.]+ is installed, <1 is wanted$/);
  });
});
