/** What an operator sees of what was given up: the program itself, on a data directory that a server left. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { InboxStore } from '../../src/inbox/store.ts';
import { InboxWriter } from '../../src/inbox/writer.ts';
import type { NewJob } from '../../src/jobs/job.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { codexctl } from '../support/codexctl.ts';

const DIED_AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const DELIVERY = '72d3162e-cc78-11e3-81ab-4c9367dc0958';

let dataDir: string;
let db: Db;
let inbox: InboxStore;
let jobs: JobStore;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'codex-dead-'));
  db = openDatabase(join(dataDir, 'codex.db'));
  inbox = new InboxStore(db);
  jobs = new JobStore(db);
});
afterEach(() => {
  db.close();
  rmSync(dataDir, { recursive: true });
});

function run(...args: string[]) {
  return codexctl(args, { CODEX_DATA_DIR: dataDir });
}

async function deadDelivery(error: string): Promise<void> {
  const writer = new InboxWriter(join(dataDir, 'codex.db'));
  const body = Buffer.from('{}');
  await writer.put({ provider: 'github', delivery: DELIVERY, event: 'issue_comment', body, receivedAt: 0 });
  await writer.close();
  const [row] = inbox.due(Number.MAX_SAFE_INTEGER, 1);
  inbox.bury(row?.id ?? 0, error, DIED_AT);
}

function deadJob(kind: string, reason: string): string {
  const given: NewJob = {
    kind,
    queue: 'command',
    dedupe: null,
    lane: null,
    installation: 1,
    repository: 'acme/shop',
    pull: 7,
    priority: 0,
    payload: {},
    delivery: null,
  };
  jobs.enqueue([given], 0);
  const job = jobs.claim('command', 'owner', 0, 60_000);
  jobs.bury(job?.id ?? '', 'owner', reason, DIED_AT);
  return job?.id ?? '';
}

test('codexctl dead says that there is nothing', async () => {
  expect(await run('dead')).toMatchObject({ exitCode: 0, stdout: 'Nothing was given up.' });
});

test('codexctl dead lists webhooks and jobs with their reasons, and nothing that a terminal obeys', async () => {
  await deadDelivery('not dispatched within 10000 ms');
  const id = deadJob('command', 'Given up after 5 attempts. \u001b[31mGitHub said 502\n');
  const { stdout, exitCode } = await run('dead');
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')).toEqual([
    `${DELIVERY}  2026-01-02 03:04:05  webhook github issue_comment  not dispatched within 10000 ms`,
    `${id}  2026-01-02 03:04:05  job command acme/shop#7  Given up after 5 attempts. GitHub said 502\\n`,
  ]);
});

test('codexctl retry has a webhook dispatched, and a job run, once more', async () => {
  await deadDelivery('the database was full');
  const id = deadJob('uninstall', 'GitHub was down');
  expect((await run('retry', DELIVERY)).exitCode).toBe(0);
  expect((await run('retry', id)).exitCode).toBe(0);
  expect(inbox.due(Date.now(), 1)).toMatchObject([{ delivery: DELIVERY, attempt: 0 }]);
  expect(jobs.claim('command', 'next', Date.now(), 60_000)).toMatchObject({ id, attempt: 1 });
  expect((await run('dead')).stdout).toBe('Nothing was given up.');
});

test('codexctl retry refuses what was not given up, and plans, whose pull request was told', async () => {
  const plan = deadJob('plan', 'no image');
  const refused = await run('retry', plan);
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toContain('Comment `/codex plan` on it.');
  expect((await run('retry', 'nothing')).stderr).toContain('Nothing with the id nothing was given up.');
});
