/** Whatever happens in whatever order: one running job a lane, and no job is lost. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { NewJob } from '../../src/jobs/job.ts';
import { recover } from '../../src/jobs/reconcile.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { MAX_ATTEMPTS } from '../../src/jobs/transitions.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { plan } from './setup.ts';

const LEASE = 60;
const QUEUES = ['command', 'plan'] as const;
const OWNERS = ['one', 'two'];

const job: fc.Arbitrary<NewJob> = fc
  .record({
    queue: fc.constantFrom(...QUEUES),
    lane: fc.constantFrom('a', 'b', null),
    installation: fc.integer({ min: 1, max: 3 }),
    repository: fc.constantFrom('x/1', 'x/2', 'x/3'),
    priority: fc.integer({ min: 0, max: 2 }),
  })
  .map(plan);

const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('enqueue' as const), job }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'claim',
        'finish',
        'retry',
        'hand back',
        'bury',
        'heartbeat',
        'cancel',
        'recover',
        'wait',
      ),
      owner: fc.constantFrom(...OWNERS),
      queue: fc.constantFrom(...QUEUES),
      pick: fc.nat(20),
      ms: fc.nat(50),
    }),
  },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** The queue, a clock, and every job that was ever given to it. */
interface World {
  readonly db: Db;
  readonly store: JobStore;
  readonly ids: string[];
  now: number;
}

function world(): World {
  const db = openDatabase(':memory:');
  return { db, store: new JobStore(db), ids: [], now: 0 };
}

function apply(world: World, operation: Operation): void {
  const { store, ids, now } = world;
  if (operation.do === 'enqueue') {
    ids.push(...store.enqueue([operation.job], now).map(({ id }) => id));
    return;
  }
  const { owner, pick, ms } = operation;
  const id = ids[pick % Math.max(1, ids.length)] ?? '';
  if (operation.do === 'claim') store.claim(operation.queue, owner, now, LEASE);
  if (operation.do === 'finish') store.finish(id, owner, now);
  if (operation.do === 'retry') store.retry(id, owner, now + ms, 'reset');
  if (operation.do === 'hand back') store.handBack(id, owner, now);
  if (operation.do === 'bury') store.bury(id, owner, 'given up', now);
  if (operation.do === 'heartbeat') store.heartbeat(id, owner, now + LEASE);
  if (operation.do === 'cancel') store.cancel({ id }, 'cancelled', now);
  if (operation.do === 'recover') recover(store, pick % 2 ? owner : null, now);
  if (operation.do === 'wait') world.now += ms;
}

function check({ db, ids }: World): void {
  const busy = `SELECT lane FROM jobs WHERE state = 'running' AND lane IS NOT NULL GROUP BY lane HAVING count(*) > 1`;
  expect(db.prepare(busy).all()).toEqual([]);
  const odd = `SELECT id FROM jobs WHERE (state = 'running') <> (lease_owner IS NOT NULL) OR attempt < 0`;
  expect(db.prepare(odd).all()).toEqual([]);
  expect(db.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(ids.length);
}

/** Ends what is left, as a worker would that never fails. */
function drain({ store, ids, now }: World): void {
  const later = now + 1000;
  recover(store, 'the last', later);
  for (const _ of ids) {
    for (const queue of QUEUES) {
      const next = store.claim(queue, 'the last', later, LEASE);
      if (next) store.finish(next.id, 'the last', later);
    }
  }
}

describe('any sequence of operations', () => {
  test('keeps lanes exclusive and every job on its way to an end', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const w = world();
        for (const operation of operations) {
          apply(w, operation);
          check(w);
        }
        drain(w);
        const states = w.ids.map((id) => w.store.get(id)?.state);
        expect(states.filter((state) => state !== 'done' && state !== 'dead')).toEqual([]);
        w.db.close();
      }),
      { numRuns: 150 },
    );
  });

  test('positions are the order in which jobs are served, whatever was served before', () => {
    const unordered = fc.array(
      job.map((one): NewJob => ({ ...one, queue: 'plan', lane: null })),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(unordered, unordered, (before, waiting) => {
        const w = world();
        w.ids.push(...w.store.enqueue(before, 0).map(({ id }) => id));
        drain(w);
        const told = w.store.enqueue(waiting, 0).map(({ id }) => ({ id, position: w.store.position(id) }));
        const foretold = told.sort((a, b) => Number(a.position) - Number(b.position)).map(({ id }) => id);
        const served = foretold.map(() => w.store.claim('plan', 'one', 0, LEASE)?.id);
        expect(foretold).toEqual(served);
        w.db.close();
      }),
      { numRuns: 150 },
    );
  });

  test('no job is started more often than it may be when every process dies', () => {
    const w = world();
    w.store.enqueue([plan()], 0);
    let starts = 0;
    while (w.store.claim('plan', `owner ${starts}`, 0, LEASE)) {
      starts += 1;
      recover(w.store, 'next', 0);
    }
    expect(starts).toBe(MAX_ATTEMPTS);
    w.db.close();
  });
});
