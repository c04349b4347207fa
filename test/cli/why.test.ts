/** What an operator is told of a decision: the program itself, on a data directory that a server left. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createEntitlements } from '../../src/composition/entitlements.ts';
import { parseLocalConfig } from '../../src/config.ts';
import type { MadeDecision } from '../../src/entitlements/entitlements.ts';
import { createLog } from '../../src/log.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { always } from '../entitlements/flags/sets.ts';
import { codexctl } from '../support/codexctl.ts';

const MORNING = Date.UTC(2026, 0, 2, 8);
const NOON = Date.UTC(2026, 0, 2, 12);
const SUBJECT = { user: 'octocat', repository: 'acme/shop', accountId: 7, installation: 1, member: true };
const OF_SUBJECT = ['--user', 'octocat', '--repo', 'acme/shop', '--capability', 'codex.pr'];

let dataDir: string;
let db: Db;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'codex-why-'));
  db = openDatabase(join(dataDir, 'codex.db'));
});
afterEach(() => {
  db.close();
  rmSync(dataDir, { recursive: true });
});

function why(...args: string[]) {
  return codexctl(['why', ...args], { CODEX_DATA_DIR: dataDir });
}

/** A server with these flags decides once. */
async function decided(at: number, flags: string): Promise<MadeDecision> {
  const file = join(dataDir, 'flags.json');
  writeFileSync(file, flags);
  const entitlements = await createEntitlements(
    {
      config: parseLocalConfig({ CODEX_OPENFEATURE_PROVIDER: file }),
      db,
      instance: 'why',
      log: createLog('silent'),
      now: () => at,
    },
    { billing: null, onFlags() {}, onDecision() {} },
  );
  const decision = await entitlements.decide('codex.pr', SUBJECT);
  await entitlements.close();
  return decision;
}

test('the latest decision is explained and made again', async () => {
  const { id, flagSet } = await decided(MORNING, always(false));
  const { stdout, exitCode } = await why(...OF_SUBJECT);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'codex.pr for octocat in acme/shop: denied',
    '  why           Denied to everybody by its flag ("off"); no subscription is asked for here.',
    `  decision      ${id}, 2026-01-02T08:00:00.000Z`,
    `  flags         ${flagSet}, variant off`,
    '  subscription  off, set by no event',
    expect.stringContaining('"user":"octocat"'),
    '  replayed      the same, by the flags of then',
  ]);
});

test('a past decision is found by time or id, and replayed by the flags of then', async () => {
  const morning = await decided(MORNING, always(false));
  const noon = await decided(NOON, always(true));
  for (const chosen of [
    ['--at', '2026-01-02T09:00Z'],
    ['--decision', morning.id],
  ]) {
    const { stdout } = await why(...OF_SUBJECT, ...chosen);
    expect(stdout).toContain(`flags         ${morning.flagSet}, variant off`);
    expect(stdout).toContain('the same, by the flags of then');
  }
  expect((await why(...OF_SUBJECT)).stdout).toContain(`flags         ${noon.flagSet}, variant on`);
});

test('a decision that comes out otherwise today is shown with what it is today', async () => {
  const { id } = await decided(MORNING, always(true));
  db.prepare('UPDATE decisions SET allowed = 0 WHERE id = ?').run(id);
  expect((await why(...OF_SUBJECT)).stdout).toContain('replayed      allowed this time');
});

test.each<[string, string[], string]>([
  ['nobody asked', OF_SUBJECT, 'No such decision is stored.'],
  ['nothing is named so', [...OF_SUBJECT.slice(0, 5), 'merge'], 'A capability is named like `codex.pr`.'],
  ['no time is written so', [...OF_SUBJECT, '--at', 'noonish'], '--at is not a time.'],
])('it says so where %s', async (_, args, words) => {
  const { stderr, exitCode } = await why(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(words);
});
