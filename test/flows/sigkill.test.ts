/**
 * Codex is killed at every step of a plan, several times a plan, and started again on the same data: what stands
 * on GitHub in the end is what stands there when nothing happened.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { z } from 'zod';
import { instanceOf } from '../../src/instance.ts';
import { Containers } from '../support/containers.ts';
import { KilledCodex, type Moment } from '../support/kills.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { openPull, type PullRequest } from '../support/pull-request.ts';

let github: LocalGitHub;
let dataDir: string;
let killed: KilledCodex;
let started: Containers;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  dataDir = await mkdtemp(join(tmpdir(), 'codex-sigkill-'));
  started = new Containers(dataDir);
  killed = await KilledCodex.start(github, dataDir);
});
afterAll(async () => {
  await killed.codex.kill();
  await started.close();
  await github.close();
  await rm(dataDir, { recursive: true });
});

/** A container of this phase has started. */
function running(phase: string): Moment {
  return {
    tidied: 'Removed the container',
    reached: () => started.next('start', phase, started.all.length),
  };
}

async function containers(): Promise<string[]> {
  const filter = `label=codex.instance=${instanceOf(dataDir)}`;
  const { stdout } = await execa('docker', ['ps', '--all', '--filter', filter, '--format', '{{.Names}}']);
  return stdout.split('\n').filter(Boolean);
}

/** Comments on the pull request, and kills Codex at each of the moments. */
function planKilledAt(pull: PullRequest, moments: readonly Moment[]): Promise<number> {
  return killed.killAt(moments, () => pull.say('/codex plan'));
}

/** Everything a person can see of a plan is there once. */
async function expectOneOfEach(pull: PullRequest, comment: number, verdict: string, reaction: string) {
  expect(await pull.reactionsTo(comment)).toEqual(['eyes', reaction]);
  expect(await pull.checks()).toEqual([
    expect.objectContaining({ status: 'completed', conclusion: verdict }),
  ]);
  expect(await pull.comment()).toContain(verdict === 'success' ? '### ✅' : '### ❌');
  expect(await containers()).toEqual([]);
}

const completes = z.object({ status: z.literal('completed') });
const annotates = z.object({ output: z.object({ annotations: z.array(z.unknown()).min(1) }) });
const isA = (schema: z.ZodType) => (body: unknown) => schema.safeParse(body).success;

const PASSING = { 'test_calc.py': 'def test_add():\n    assert 1 + 2 == 3\n' };

test('from the answered webhook to the running tests', async () => {
  const pull = await openPull({ github }, 'accept', { main: PASSING, change: { 'README.md': 'one\n' } });
  const comment = await planKilledAt(pull, [
    killed.answered,
    killed.before('the permission is looked up', { path: /permission$/ }),
    killed.after('the command is accepted', { method: 'POST', path: /reactions$/ }),
    killed.before('the pull request is read', { path: /pulls\/\d+$/ }),
    killed.after('the check run is created', { method: 'POST', path: /check-runs$/ }),
    killed.before('the commits are fetched', { path: /git-upload-pack$/ }),
    running('test'),
  ]);
  await expectOneOfEach(pull, comment, 'success', 'rocket');
});

test('from the verdict in the database to the last reaction', async () => {
  const pull = await openPull({ github }, 'report', { main: PASSING, change: { 'README.md': 'one\n' } });
  const comment = await planKilledAt(pull, [
    killed.before('the check run is completed', {
      method: 'PATCH',
      path: /check-runs/,
      when: isA(completes),
    }),
    killed.after('the check run is completed', { method: 'PATCH', path: /check-runs/, when: isA(completes) }),
    killed.after('the comment shows the verdict', { method: 'PATCH', path: /issues\/comments\/\d+$/ }),
    killed.after('the last reaction is given', {
      method: 'POST',
      path: /reactions$/,
      when: isA(z.object({ content: z.literal('rocket') })),
    }),
  ]);
  await expectOneOfEach(pull, comment, 'success', 'rocket');
});

test('between two batches of annotations, and while failed tests run again', async () => {
  const failing =
    'import pytest\n\n\n@pytest.mark.parametrize("n", range(60))\ndef test_n(n):\n    assert n < 0\n';
  const pull = await openPull({ github }, 'batches', { main: PASSING, change: { 'test_n.py': failing } });
  const batch = { method: 'PATCH', path: /check-runs/, when: isA(annotates) };
  const comment = await planKilledAt(pull, [
    running('rerun-head'),
    killed.after('the first batch is there', batch),
    killed.before('the second batch is sent', batch),
  ]);
  await expectOneOfEach(pull, comment, 'failure', '-1');
  expect((await pull.verdict()).annotations).toHaveLength(60);
});

test('while dependencies are installed, and when the comment was only just created', async () => {
  const main = { ...PASSING, '.github/codex.yml': 'plan:\n  install:\n    - [python3, -c, "print(1)"]\n' };
  const pull = await openPull({ github }, 'install', { main, change: { 'README.md': 'one\n' } });
  const comment = await planKilledAt(pull, [
    killed.after('the comment is created', { method: 'POST', path: /issues\/\d+\/comments$/ }),
    running('install'),
  ]);
  await expectOneOfEach(pull, comment, 'success', 'rocket');
});
