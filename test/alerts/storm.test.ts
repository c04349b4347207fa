import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.ts';
import { alertJob, alertPayload } from '../../src/alerts/receive.ts';
import { enqueueCollapsed } from '../../src/alerts/storm.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { alertOf, NOW } from './setup.ts';

const KEPT = 50;
const TOLD_APART = 150;
const MINUTE = 60_000;

let db: Db;
let jobs: JobStore;
beforeEach(() => {
  db = openDatabase(':memory:');
  jobs = new JobStore(db);
});
afterEach(() => {
  db.close();
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
    const tried = jobs.findWaiting(lane(), (job) => job);
    db.prepare('UPDATE jobs SET attempt = 1 WHERE id = ?').run(tried?.id);
    arrive(1, () => ({}), KEPT + 2);
    expect(jobs.get(tried?.id ?? '')).toEqual({ ...tried, attempt: 1 });
    expect(jobs.waiting('command').at(-2)).toBe(tried?.id);
  });

  test.each([
    ['last', KEPT - 1],
    ['first', 0],
  ])('the %s alert, dispatched twice, takes the place of none', (_which, index) => {
    arrive(KEPT);
    const before = waiting();
    arrive(1, () => ({}), index);
    expect(waiting()).toEqual(before);
  });

  test('what is fired on another chart is told apart', () => {
    arrive(500, (index) => ({ symbol: index % 2 === 0 ? 'BTCUSDT' : 'ETHUSDT' }));
    expect(waiting().slice(-2)).toMatchObject([
      { alert: { symbol: 'BTCUSDT', receivedAt: NOW + 498 } },
      { alert: { symbol: 'ETHUSDT', receivedAt: NOW + 499 } },
    ]);
  });

  test('but 2,000 made-up kinds and charts are not: the latest stands for those of before', () => {
    arrive(2_000, (index) => ({ alert: `kind_${index}`, symbol: `S${index}` }));
    expect(waiting()).toHaveLength(TOLD_APART);
    expect(waiting().at(-1)).toMatchObject({
      alert: { receivedAt: NOW + 1_999 },
      collapsed: { count: 2_000 - TOLD_APART, firstAt: NOW + TOLD_APART - 1 },
    });
  });
});

describe('alerts that are acted on as fast as they come', () => {
  /** Acts on whatever is due at `now`; answers on how many. */
  function actAll(now: number): number {
    let acted = 0;
    for (let job = claim(now); job !== null; job = claim(now)) {
      jobs.finish(job.id, 'owner', now);
      acted += 1;
    }
    return acted;
  }
  const claim = (now: number) => jobs.claim('command', 'owner', now, MINUTE);

  test('are gathered for a minute once there are too many, and the latest is acted on', () => {
    arrive(KEPT);
    expect(actAll(NOW + KEPT)).toBe(KEPT);
    arrive(100, (index) => ({ receivedAt: NOW + index }), KEPT);
    expect(actAll(NOW + 1_000)).toBe(0);
    expect(waiting()).toMatchObject([{ alert: { receivedAt: NOW + 149 }, collapsed: { count: 99 } }]);
    expect(actAll(NOW + KEPT + MINUTE)).toBe(1);
  });

  test('and each at once again after five quiet minutes', () => {
    arrive(KEPT);
    actAll(NOW + KEPT);
    arrive(1, () => ({}), KEPT + 5 * MINUTE);
    expect(actAll(NOW + KEPT + 5 * MINUTE)).toBe(1);
  });

  test('never more than a few a minute, whatever they call themselves', () => {
    let acted = 0;
    for (let index = 0; index < 10 * 60; index++) {
      arrive(1, () => ({ alert: `kind_${index}`, receivedAt: NOW + index * 1_000 }), index * 1_000);
      acted += actAll(NOW + index * 1_000);
    }
    expect(acted).toBeLessThan(2 * (TOLD_APART + 5));
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
