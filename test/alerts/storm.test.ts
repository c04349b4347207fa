import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.ts';
import { alertPayload } from '../../src/alerts/payload.ts';
import { alertJob } from '../../src/alerts/receive.ts';
import { enqueueCollapsed } from '../../src/alerts/storm.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { alertOf, NOW } from './setup.ts';

const KEPT = 50;

let directory: string;
let db: Db;
let jobs: JobStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codex-storm-'));
  db = openDatabase(join(directory, 'codex.db'));
  jobs = new JobStore(db);
});
afterEach(() => {
  db.close();
  rmSync(directory, { recursive: true });
});

/** Alerts with numbers of their own come in, in one transaction. */
function arrive(count: number, changes: (index: number) => Partial<Alert> = () => ({}), from = 0): void {
  db.transaction(() => {
    for (let index = from; index < from + count; index++) {
      const id = index.toString(16).padStart(32, '0');
      const alert = alertOf({ id, receivedAt: NOW + index, ...changes(index) });
      enqueueCollapsed(jobs, [alertJob({ alert, collapsed: null })], NOW + index);
    }
  })();
}

/** What waits, in the order in which it is acted on. */
function waiting() {
  return jobs.waiting('command').map((id) => alertPayload.parse(jobs.get(id)?.payload));
}

describe('a storm is collapsed', () => {
  test('10,000 alerts of one kind leave the first ones and the last, which counts the others', () => {
    arrive(10_000);
    const left = waiting();
    expect(left).toHaveLength(KEPT);
    expect(left.slice(0, -1).every(({ collapsed }) => collapsed === null)).toBe(true);
    expect(left.at(-1)).toMatchObject({
      alert: { receivedAt: NOW + 9_999 },
      collapsed: { count: 10_000 - KEPT, firstAt: NOW + KEPT - 1, lastAt: NOW + 9_998 },
    });
  });

  test('and what happened last is acted on last', () => {
    arrive(1_001, (index) => ({ alert: index % 2 === 0 ? 'position_open' : 'flat' }));
    expect(waiting().at(-2)?.alert).toMatchObject({ alert: 'flat', receivedAt: NOW + 999 });
    expect(waiting().at(-1)?.alert).toMatchObject({ alert: 'position_open', receivedAt: NOW + 1_000 });
  });

  test('a kind that did not wait yet has a job of its own', () => {
    arrive(500);
    arrive(1, () => ({ alert: 'flat' }), 500);
    expect(waiting()).toHaveLength(KEPT + 1);
    expect(waiting().at(-1)).toMatchObject({ alert: { alert: 'flat' }, collapsed: null });
  });

  test('of one strategy; the others are untouched', () => {
    arrive(500);
    arrive(3, () => ({ strategy: 'trend' }), 500);
    arrive(3, () => ({ repository: 'acme/other' }), 600);
    expect(waiting()).toHaveLength(KEPT + 6);
  });

  test('but an alert that is being acted on, or tried again, is left alone', () => {
    arrive(KEPT - 1, () => ({ alert: 'heartbeat' }));
    arrive(2, () => ({}), KEPT);
    const tried = jobs.findWaiting(lane(), 1, () => true);
    db.prepare('UPDATE jobs SET attempt = 1 WHERE id = ?').run(tried?.id);
    arrive(1, () => ({}), KEPT + 2);
    expect(jobs.get(tried?.id ?? '')).toEqual({ ...tried, attempt: 1 });
    expect(jobs.waiting('command').at(-2)).toBe(tried?.id);
  });

  test('an alert that is dispatched twice stands for nothing but itself', () => {
    arrive(KEPT);
    arrive(1, () => ({}), KEPT - 1);
    expect(waiting()).toHaveLength(KEPT);
    expect(waiting().at(-1)?.collapsed).toBeNull();
  });
});

test('fewer alerts than a storm each have their job, in the order they came', () => {
  arrive(KEPT);
  expect(waiting().map(({ alert }) => alert.receivedAt - NOW)).toEqual([...Array(KEPT).keys()]);
  expect(waiting().every(({ collapsed }) => collapsed === null)).toBe(true);
});

test('the alerts of a strategy are acted on one at a time, in whatever capitals its repository is written', () => {
  arrive(2, (index) => ({ repository: index === 0 ? 'acme/bot' : 'Acme/Bot' }));
  const first = jobs.claim('command', 'owner', NOW + 10, 1_000);
  expect(first).not.toBeNull();
  expect(jobs.claim('command', 'owner', NOW + 10, 1_000)).toBeNull();
});

function lane(): string {
  return alertJob({ alert: alertOf(), collapsed: null }).lane ?? '';
}
