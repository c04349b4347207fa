/** An inbox with a real database file, and a dispatcher whose clock, luck and handlers belong to the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { Dispatcher, type DispatcherOptions } from '../../src/inbox/dispatch.ts';
import { Intake } from '../../src/inbox/intake.ts';
import { type InboxRow, InboxStore } from '../../src/inbox/store.ts';
import { InboxWriter } from '../../src/inbox/writer.ts';
import type { NewJob } from '../../src/jobs/job.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { createLog } from '../../src/log.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export interface TestInbox {
  readonly db: Db;
  readonly inbox: InboxStore;
  readonly writer: InboxWriter;
  /** Stores a delivery; resolves once it is committed. */
  put(delivery: string, body?: object): Promise<string>;
}

/** Every delivery is received at time 0. */
export function openInbox(): TestInbox {
  const directory = mkdtempSync(join(tmpdir(), 'codex-inbox-'));
  const file = join(directory, 'codex.db');
  const db = openDatabase(file);
  const writer = new InboxWriter(file);
  cleanups.push(() => rmSync(directory, { recursive: true }));
  cleanups.push(() => db.close());
  cleanups.push(() => writer.close());
  const put = (delivery: string, body: object = {}) =>
    writer.put({
      provider: 'github',
      delivery,
      event: 'issue_comment',
      body: Buffer.from(JSON.stringify(body)),
      receivedAt: 0,
    });
  return { db, inbox: new InboxStore(db), writer, put };
}

export interface TestDispatcher {
  readonly dispatcher: Dispatcher;
  /** The deliveries in the order they were received, repetitions included. */
  readonly received: string[];
  /** How often the queue was told that there is work. */
  readonly woken: () => number;
}

/** A dispatcher whose handler gives one job for each delivery, after `handle` had its way. */
export function createDispatcher(
  { db, inbox, writer }: TestInbox,
  handle: (row: InboxRow) => void | Promise<void> = () => {},
  changes: Partial<DispatcherOptions> = {},
): TestDispatcher {
  const jobs = new JobStore(db);
  const intake = new Intake();
  const received: string[] = [];
  let woken = 0;
  const dispatcher = new Dispatcher({
    db,
    inbox,
    writer,
    intake,
    receivers: {
      github: async (row) => {
        received.push(row.delivery);
        await handle(row);
        intake.give(row.delivery, [jobFor(row.delivery)]);
      },
    },
    enqueue: (given, now) => jobs.enqueue(given, now),
    onJobs: () => {
      woken += 1;
    },
    receiveTimeoutMs: 5_000,
    log: createLog('silent'),
    now: () => 0,
    random: () => 0.5,
    ...changes,
  });
  return { dispatcher, received, woken: () => woken };
}

function jobFor(delivery: string): NewJob {
  return {
    kind: 'command',
    queue: 'command',
    dedupe: null,
    lane: null,
    installation: 1,
    repository: 'acme/shop',
    pull: 1,
    priority: 0,
    payload: {},
    delivery,
  };
}

/** The deliveries that jobs in the queue were made from. */
export function queued(db: Db): unknown[] {
  return db.prepare('SELECT delivery FROM jobs ORDER BY created_at, id').pluck().all();
}
