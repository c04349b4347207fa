/** The disk under the data directory is full, and has room again. */
import { mkdir, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { type CodexProcess, startProcess } from '../support/codex-process.ts';
import { Containers } from '../support/containers.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { openAnother, openPull, type PullRequest } from '../support/pull-request.ts';
import { MergeRepository } from './merge-world.ts';

let github: LocalGitHub;
let disk: string;
let codex: CodexProcess & { readonly url: string };
let containers: Containers;
let first: PullRequest;
beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'dev'], installedOn: ['acme'] });
  disk = await mkdtemp(join(tmpdir(), 'codex-disk-'));
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'codex-disk', disk]);
  await mkdir(join(disk, 'data'));
  containers = new Containers(join(disk, 'data'));
  codex = await startProcess(github, join(disk, 'data'));
  first = await openPull({ github }, 'disk', {
    main: { 'test_slow.py': 'import time\n\n\ndef test_slow():\n    print("x" * 1000)\n    time.sleep(1)\n' },
    change: { 'note.txt': 'one\n' },
  });
  await first.command('/codex plan');
});
afterAll(async () => {
  await codex.kill();
  await containers.close();
  await github.close();
  await execa('umount', [disk]);
  await rm(disk, { recursive: true });
});

const ballast = () => join(disk, 'ballast');

/** Leaves `room` bytes free. */
async function fill(room = 0): Promise<void> {
  const { stderr } = await execa('dd', ['if=/dev/zero', `of=${ballast()}`, 'bs=4096'], { reject: false });
  expect(stderr).toContain('No space left on device');
  await truncate(ballast(), (await stat(ballast())).size - room);
}

async function restart(): Promise<void> {
  codex.signal('SIGTERM');
  await codex.ended;
  codex = await startProcess(github, join(disk, 'data'));
}

function makeRoom(): Promise<void> {
  return rm(ballast());
}

test('a webhook that cannot be stored is answered 503; when there is room, it is asked for and done', async () => {
  await fill();
  const asked = await first.say(`/codex status ${'x'.repeat(60_000)}`);
  await github.settled();
  expect(github.deliveries.all.at(-1)).toMatchObject({ event: 'issue_comment', status: 503 });
  expect((await fetch(`${codex.url}/health`)).status).toBe(200);
  expect(first.repository.reactions(asked)).toEqual([]);

  await makeRoom();
  await restart();
  expect(await first.reactionsTo(asked)).toContain('confused');
});

test('not even the end of a try can be stored: the plan goes on when there is room, to its one verdict', async () => {
  const pull = await openAnother(github, first.repository, 'full', { 'note.txt': 'two\n' });
  const fetching = { path: /info\/refs$/, answer: 500 } as const;
  github.fail(fetching);
  const asked = await pull.say('/codex plan');
  await github.met('the fetch', fetching);
  await fill();
  await codex.logged('The end of a job could not be stored');
  await makeRoom();
  expect(await pull.reactionsTo(asked)).toEqual(['eyes', 'rocket']);
  expect(await pull.checks()).toHaveLength(1);
  expect(await pull.comment()).toContain('### ✅');
});

test.each([
  ['log', 0],
  ['verdict, only for the log', 4096],
])('no room for the %s: the plan runs again when there is, to its one verdict', async (_what, room) => {
  const before = containers.all.length;
  const pull = await openAnother(github, first.repository, `full-${room}`, { 'note.txt': `${room}\n` });
  const asked = await pull.say('/codex plan');
  const { run } = await containers.next('start', 'test', before);
  await fill(room);
  await codex.logged(
    new RegExp(`"msg":"(Job retried|The end of a job could not be stored)[^{]*"job":"${run}"`),
  );
  await makeRoom();
  expect(await pull.reactionsTo(asked)).toEqual(['eyes', 'rocket']);
  expect(await pull.checks()).toHaveLength(1);
  expect(await pull.comment()).toContain('### ✅');
  const logs = await readdir(join(disk, 'data', 'logs'));
  expect(logs.filter((name) => name.startsWith(run))).toEqual([`${run}.log.gz`]);
});

test('no room to note that GitHub will be asked to merge: it is not asked before there is', async () => {
  // SQLite's log has room of its own from what was written before; a clean end gives it back.
  await restart();
  const shop = await MergeRepository.create({ github, dataDir: join(disk, 'data') }, 'shop');
  const pull = await shop.planned();
  const deciding = { path: /pulls\/\d+\/commits$/, answer: 502, times: 2 } as const;
  github.fail(deciding);
  const asked = await pull.ask();
  await github.met('the last look before the merge', deciding);
  await fill();
  await codex.logged(/"msg":"(Job retried|The end of a job could not be stored)[^{]*"kind":"merge"/);
  expect(shop.calls()).toBe(0);
  await makeRoom();
  await pull.lands(asked);
  expect(shop.calls()).toBe(1);
});
