/**
 * Codex is killed at every step of a merge, several times a merge, and started again on the same data: one squash
 * commit, told once, is what stands there in the end; and where nothing was merged, that.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { z } from 'zod';
import { instanceOf } from '../../src/instance.ts';
import { openDatabase } from '../../src/store/database.ts';
import { Containers } from '../support/containers.ts';
import { KilledCodex, type Moment } from '../support/kills.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { MergeRepository, type Pull } from './merge-world.ts';

const DAY_MS = 24 * 3_600_000;

let github: LocalGitHub;
let dataDir: string;
let killed: KilledCodex;
let containers: Containers;
beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'dev'], installedOn: ['acme'] });
  dataDir = await mkdtemp(join(tmpdir(), 'codex-merge-sigkill-'));
  containers = new Containers(dataDir);
  killed = await KilledCodex.start(github, dataDir);
});
afterEach(() => github.recover());
afterAll(async () => {
  await killed.codex.kill();
  await containers.close();
  await github.close();
  await rm(dataDir, { recursive: true });
});

function repository(name: string, files = {}): Promise<MergeRepository> {
  return MergeRepository.create({ github, dataDir }, name, files);
}

const isA = (schema: z.ZodType) => (body: unknown) => schema.safeParse(body).success;
const completed = isA(z.object({ status: z.literal('completed') }));
const reaction = (content: string) => isA(z.object({ content: z.literal(content) }));

const MERGE = { method: 'PUT', path: /\/merge$/ };
const PULL = { method: 'GET', path: /\/pulls\/\d+$/ };
const CHECK_CREATED = { method: 'POST', path: /\/check-runs$/ };
const CHECK_COMPLETED = { method: 'PATCH', path: /\/check-runs\/\d+$/, when: completed };
const COMMENTED = {
  path: /\/issues\/(?:\d+\/comments|comments\/\d+)$/,
  when: isA(z.object({ body: z.string() })),
};
const READ_BACK = { method: 'GET', path: /\/git\/commits\/[0-9a-f]{40}$/ };
const BRANCH_DELETED = { method: 'DELETE', path: /\/git\/refs\/heads/ };
const ISSUE_OPENED = { method: 'POST', path: /\/issues$/ };

/** Both sides of a call to GitHub. */
function around(what: string, call: Parameters<KilledCodex['before']>[1]): Moment[] {
  return [killed.before(`before: ${what}`, call), killed.after(`after: ${what}`, call)];
}

/** From what is stored of the end to what everybody sees of it. */
function told(emoji: string): Moment[] {
  return [
    ...around('the check run is completed', CHECK_COMPLETED),
    ...around('the comment tells the end', COMMENTED),
    ...around('the last reaction', { method: 'POST', path: /\/reactions$/, when: reaction(emoji) }),
  ];
}

/** One check run at its end, one comment, one reaction beside the first one, and no container. */
async function expectToldOnce(pull: Pull, asked: number, emoji: string, words: string): Promise<void> {
  expect(await pull.reactionsTo(asked)).toEqual(['eyes', emoji]);
  expect(await pull.merges()).toMatchObject([{ status: 'completed' }]);
  expect(await pull.comment()).toContain(words);
  const label = `label=codex.instance=${instanceOf(dataDir)}`;
  const { stdout } = await execa('docker', ['ps', '--all', '--quiet', '--filter', label]);
  expect(stdout).toBe('');
}

/** One commit, of this merge, and its receipt. */
async function expectLandedOnce(pull: Pull, asked: number): Promise<void> {
  const { sha, message } = await pull.lands(asked);
  const [check] = await pull.merges();
  expect(message).toContain(`\nCodex-Merge: ${check?.external_id}`);
  expect(await pull.of.commits()).toHaveLength(2);
  await expectToldOnce(pull, asked, 'rocket', sha.slice(0, 7));
}

test('from the answered webhook over the plan that it asks for', async () => {
  const pull = await (await repository('plans')).open();
  const asked = await killed.killAt(
    [
      killed.answered,
      killed.after('the first reaction', { method: 'POST', path: /\/reactions$/, when: reaction('eyes') }),
      ...around('the pull request is read', PULL),
      killed.before('the rules are read', { path: /\/rules\/branches\/main$/ }),
      killed.after('the checks are read', { path: /\/commits\/[0-9a-f]{40}\/check-runs$/ }),
      killed.after('a check run is created', CHECK_CREATED),
      {
        tidied: 'Removed the container',
        reached: () => containers.next('start', 'test', containers.all.length),
      },
      killed.after('the plan is told', CHECK_COMPLETED),
      killed.before('the commits are read', { path: /\/pulls\/\d+\/commits$/ }),
    ],
    () => pull.ask(),
  );
  await expectLandedOnce(pull, asked);
  expect(await pull.checks()).toMatchObject([{ conclusion: 'success' }]);
  expect(pull.of.calls()).toBe(1);
});

test('when GitHub was asked, before and after it has merged', async () => {
  const files = { '.github/codex.yml': 'merge:\n  delete_branch: true\n' };
  const pull = await (await repository('asked', files)).planned();
  const asked = await killed.killAt(
    [
      ...around('GitHub merges', MERGE),
      ...around('what landed is read back', READ_BACK),
      ...around('the branch is deleted', BRANCH_DELETED),
    ],
    () => pull.ask(),
  );
  await expectLandedOnce(pull, asked);
  expect(pull.of.calls()).toBe(2);
  expect(await pull.of.git('branch', '--list', pull.branch)).toBe('');
});

test('while the merge is told', async () => {
  const pull = await (await repository('told')).planned();
  const asked = await killed.killAt(told('rocket'), () => pull.ask());
  await expectLandedOnce(pull, asked);
  expect(pull.of.calls()).toBe(1);
});

test('while it is told that what landed is not what was tested', async () => {
  const pull = await (await repository('mismatch')).planned({ verdict: { tree: 'e'.repeat(40) } });
  const asked = await killed.killAt(
    [killed.after('GitHub merges', MERGE), ...around('the issue is opened', ISSUE_OPENED), ...told('-1')],
    () => pull.ask(),
  );
  await expectToldOnce(pull, asked, '-1', 'not what was tested');
  expect(await pull.merges()).toMatchObject([{ conclusion: 'failure' }]);
  expect(await pull.of.commits()).toHaveLength(2);
  const issues = await github.as('acme', 'GET', `/repos/${pull.repository.fullName}/issues?state=all`);
  const alarms = z.array(z.object({ title: z.string() })).parse(issues);
  expect(alarms.filter(({ title }) => title.includes('is not what was tested'))).toHaveLength(1);
  expect(pull.of.calls()).toBe(1);
});

/** A merge that waits for somebody to mark the pull request as ready. */
async function waiting(name: string): Promise<{ pull: Pull; asked: number }> {
  const pull = await (await repository(name)).planned();
  await pull.repository.pulls.convertToDraft(pull.number);
  const asked = await pull.ask();
  await pull.shows('Blocked: The pull request is a draft');
  return { pull, asked };
}

/** Told as not merged; and it stays so when nothing is missing any more. */
async function expectNotMerged(pull: Pull, asked: number, why: string): Promise<void> {
  await expectToldOnce(pull, asked, 'confused', why);
  expect(await pull.merges()).toMatchObject([{ conclusion: 'cancelled' }]);
  await pull.repository.pulls.markReady(pull.number);
  await github.settled();
  expect([pull.of.calls(), await pull.of.commits()]).toEqual([0, [expect.anything()]]);
}

test('while it is cancelled', async () => {
  const { pull, asked } = await waiting('cancelled');
  const done: Moment[] = [
    killed.after('a comment tells of it', COMMENTED),
    killed.after('the check run is completed', CHECK_COMPLETED),
    killed.after('the last reaction', { method: 'POST', path: /\/reactions$/, when: reaction('confused') }),
  ];
  const cancel = await killed.killAt([killed.answered, ...done], () => pull.say('/codex cancel'));
  expect(await pull.reactionsTo(cancel)).toEqual(['eyes', '+1']);
  expect(await pull.comment()).toContain(`The merge of \`${pull.head.slice(0, 7)}\` is withdrawn.`);
  await expectNotMerged(pull, asked, 'withdrew it with');
});

test('while it expires', async () => {
  const { pull, asked } = await waiting('expired');
  await killed.killAt(told('confused'), () => killed.restart(aDayPasses));
  await expectNotMerged(pull, asked, 'expired at');
});

function aDayPasses(): void {
  const db = openDatabase(join(dataDir, 'codex.db'));
  db.prepare(`UPDATE merges SET created_at = created_at - ? WHERE state = 'waiting'`).run(DAY_MS);
  db.close();
}

test('SIGTERM while GitHub merges: it ends well, and what landed is told by the next Codex', async () => {
  const pull = await (await repository('stopped')).planned();
  const fault = { ...MERGE, answer: 'withheld' } as const;
  github.fail(fault);
  const asked = await pull.ask();
  await github.met('GitHub merges', fault);
  killed.codex.signal('SIGTERM');
  expect(await killed.codex.ended).toMatchObject({ exitCode: 0 });
  await killed.restart();
  await expectLandedOnce(pull, asked);
  expect(pull.of.calls()).toBe(1);
});
