import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { DEFAULT_LIMITS } from '../../../src/plan/sandbox/limits.ts';
import { type Reproduction, reproduction } from '../../../src/plan/sandbox/reproduction.ts';

const PLAN: Reproduction = {
  baseSha: 'b'.repeat(40),
  headSha: 'a'.repeat(40),
  fetch: true,
  image: 'sandbox@sha256:1',
  volume: 'codex-env-1',
  limits: DEFAULT_LIMITS,
  environment: { A: "it's" },
  command: null,
  pytest: ['-k', 'a and $(id)', 'tests/test_ü.py', "x'; touch y; '"],
};

/** What a shell makes of the docker command: its words. */
async function dockerWords(line: string): Promise<string[]> {
  const words = line.slice(line.indexOf('docker run')).replace('docker', 'printf "%s\\n"');
  const { stdout } = await execa('sh', ['-c', words]);
  return stdout.split('\n');
}

test('commits are fetched and merged as the plan did, and what no shell may touch is quoted', async () => {
  const line = reproduction(PLAN);
  expect(line.split('docker')[0]).toBe(
    `git fetch origin ${PLAN.baseSha} ${PLAN.headSha} &&
git archive "$(git merge-tree --write-tree ${PLAN.baseSha} ${PLAN.headSha})" |
  `,
  );
  const words = await dockerWords(line);
  expect(words.slice(words.indexOf('--tar'))).toEqual(['--tar', '--', ...PLAN.pytest]);
  expect(words).toEqual(expect.arrayContaining(["A=it's", 'codex-env-1:/env:ro', 'sandbox@sha256:1']));
});

test('lines are short enough to read, and a shell reads them as one', async () => {
  const lines = reproduction(PLAN).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(130);
  expect((await dockerWords(lines.join('\n')))[0]).toBe('run');
});

test('a repository on this machine has its commits: nothing is fetched', () => {
  expect(reproduction({ ...PLAN, fetch: false })).toMatch(/^git archive /);
});

test('what the repository runs in place of pytest is run again', async () => {
  const words = await dockerWords(reproduction({ ...PLAN, command: ['make', 'a "b"'] }));
  expect(words[words.indexOf('--command') + 1]).toBe('["make","a \\"b\\""]');
});
