import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { forgetOld } from '../../src/composition/retention.ts';
import { InboxStore } from '../../src/inbox/store.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { RunStore } from '../../src/plan/runs.ts';
import { openDatabase } from '../../src/store/database.ts';

const DAY = 24 * 3_600_000;
const NOW = 100 * DAY;

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'codex-retention-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('a delivery that GitHub may be asked for again is known to have come, however little is kept', async () => {
  const db = openDatabase(':memory:');
  const inbox = new InboxStore(db);
  const insert = db.prepare(
    `INSERT INTO inbox (provider, delivery, event, body, state, due_at, received_at, finished_at)
     VALUES ('github', ?, 'push', x'', 'done', 0, @at, @at)`,
  );
  for (const days of [5, 3, 0]) insert.run(`${days} days old`, { at: NOW - days * DAY });
  await forgetOld(
    {
      config: { retentionDays: 1, dataDir },
      db,
      jobs: new JobStore(db),
      runs: new RunStore(db),
      instance: 'retention-test',
      now: () => NOW,
    },
    inbox,
    new AbortController().signal,
  );
  const kept = db.prepare('SELECT delivery FROM inbox ORDER BY id').pluck().all();
  expect(kept).toEqual(['3 days old', '0 days old']);
});
