/** What an operator sees of merges: the program itself, on a data directory that a server left. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ExpectedLanding } from '../../src/merge/intent.ts';
import { IntentStore } from '../../src/merge/intents.ts';
import type { Receipt } from '../../src/merge/receipt.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { intent, receipt, TREE } from '../merge/records.ts';
import { BASE, HEAD, OTHER } from '../merge/snapshots.ts';
import { codexctl } from '../support/codexctl.ts';

let dataDir: string;
let db: Db;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'codex-receipts-'));
  db = openDatabase(join(dataDir, 'codex.db'));
});
afterEach(() => {
  db.close();
  rmSync(dataDir, { recursive: true });
});

function receipts(...args: string[]) {
  return codexctl(['receipts', ...args], { CODEX_DATA_DIR: dataDir });
}

const EXPECTED: ExpectedLanding = {
  baseSha: BASE,
  tree: TREE,
  plan: 'plan-1',
  title: 'Orders are kept (#7)',
  message: '',
  grounds: { permission: 'write', entitlement: '', approvals: [], checks: [] },
  planTitle: '12 passed',
  planUrl: null,
  deleteBranch: false,
};

/** A server has merged. */
function merged(changes: Partial<Receipt> = {}): Receipt {
  const made = receipt(changes);
  const { id, repository, pull, mergedAt, commit } = made;
  const intents = new IntentStore(db);
  const request = { ...intent().request, repository, pull };
  intents.create(id, request, { now: mergedAt, expiresAt: mergedAt });
  intents.call(id, EXPECTED, mergedAt);
  intents.landed(id, commit.sha);
  intents.merged(id, made, mergedAt);
  return made;
}

test('it says so where nothing was merged', async () => {
  expect(await receipts()).toMatchObject({ exitCode: 0, stdout: 'Nothing was merged yet.' });
});

test('they are listed, newest first, of all repositories or of one, and nothing that a terminal obeys', async () => {
  const NOON = Date.UTC(2026, 10, 21, 12);
  merged({ id: 'a1', mergedAt: NOON, requestedBy: 'ada\u001b[2J' });
  merged({ id: 'b1', pull: 8, mergedAt: NOON + 1_000, verified: false });
  merged({ id: 'c1', repository: 'acme/other', pull: 9, mergedAt: NOON + 2_000 });
  const listed = await receipts();
  expect(listed.exitCode).toBe(0);
  expect(listed.stdout.split('\n')).toEqual([
    'c1  2026-11-21 12:00:02  acme/other#9  ccccccc on main  asked by ada  verified',
    'b1  2026-11-21 12:00:01  acme/bot#8  ccccccc on main  asked by ada  NOT VERIFIED',
    'a1  2026-11-21 12:00:00  acme/bot#7  ccccccc on main  asked by ada  verified',
  ]);
  expect((await receipts('--repo', 'Acme/Bot', '--limit', '1')).stdout).toMatch(/^b1 [^\n]*$/);
});

test('a whole receipt is printed by the id of the merge or of the commit, or the beginning of one', async () => {
  merged({
    id: '019aa5c0-1111',
    mismatches: ['The commit has 2 parents; a squash has one.'],
    verified: false,
  });
  const { stdout, exitCode } = await receipts('019aa5c0');
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'acme/bot#7 into main: what landed is NOT what was tested',
    '  mismatch     The commit has 2 parents; a squash has one.',
    '  receipt      019aa5c0-1111',
    '  title        Orders are kept',
    '  asked by     ada (write), 2026-11-21 12:00:00',
    '  entitlement  no entitlements are configured',
    `  approved by  grace, ${HEAD}`,
    `  head         ${HEAD} of feature/ABC-7, branch deleted`,
    `  tested       tree ${TREE} on ${BASE}`,
    '  plan         plan-1',
    `  landed       tree ${TREE} on ${BASE}`,
    `  commit       ${OTHER}, 2026-11-21 12:00:00, https://github.test/acme/bot/commit/c`,
    '  check        build: success, https://ci.test/1',
  ]);
  expect((await receipts('ccccccc')).stdout).toBe(stdout);
});

test('for programs they are JSON, as they are stored', async () => {
  const made = merged();
  expect(JSON.parse((await receipts('--json')).stdout)).toEqual([made]);
  expect(JSON.parse((await receipts('--json', made.id)).stdout)).toEqual(made);
});

test('what names none or several is refused', async () => {
  merged({ id: 'x1' });
  merged({ id: 'x2', pull: 8 });
  const none = await receipts('nothing');
  expect(none).toMatchObject({ exitCode: 2, stdout: '' });
  expect(none.stderr).toContain('There is no receipt of nothing.');
  expect((await receipts('x')).stderr).toContain('2 receipts begin with x.');
});
