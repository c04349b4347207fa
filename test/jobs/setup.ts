/** A job to begin with, and a queue whose ids and clock the test can read. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import type { NewJob } from '../../src/jobs/job.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** A plan for pull request 1 of `acme/shop`, with what the test cares about on top. */
export function plan(changes: Partial<NewJob> = {}): NewJob {
  const { repository = 'acme/shop', pull = 1 } = changes;
  return {
    kind: 'plan',
    queue: 'plan',
    dedupe: null,
    lane: `plan:${repository}#${pull}`,
    installation: 1,
    repository,
    pull,
    priority: 0,
    payload: { head: 'a1b2c3' },
    delivery: 'delivery-1',
    ...changes,
  };
}

/** A database file in a directory that is removed after the test. */
export function databaseFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'codex-jobs-'));
  cleanups.push(() => rmSync(directory, { recursive: true }));
  return join(directory, 'codex.sqlite');
}

export function open(file = ':memory:'): { db: Db; store: JobStore } {
  const db = openDatabase(file);
  cleanups.push(() => db.close());
  return { db, store: new JobStore(db) };
}
