import { Writable } from 'node:stream';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { Cancelled, type Job, type NewJob, Shutdown } from '../../src/jobs/job.ts';
import type { JobTransition } from '../../src/jobs/journal.ts';
import { Worker, type WorkerOptions } from '../../src/jobs/worker.ts';
import { createLog } from '../../src/log.ts';
import { open, plan } from './setup.ts';

type Run = (job: Job, signal: AbortSignal) => Promise<void>;
type Abandon = (job: Job, reason: string) => Promise<void>;

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)));
  jest.useRealTimers();
});

/** A started worker over a database of its own, whose plans do `run`, and what it reported. */
function started(run: Run, changes: Partial<WorkerOptions> & { abandon?: Abandon } = {}) {
  const { abandon = async () => undefined, ...options } = changes;
  const store = options.store ?? open().store;
  const transitions: JobTransition[] = [];
  const worker = new Worker({
    store,
    handlers: [{ kind: 'plan', run, abandon }],
    concurrency: { command: 2, plan: 2 },
    log: createLog('silent'),
    now: Date.now,
    random: () => 0,
    owner: 'me',
    onTransition: (transition) => transitions.push(transition),
    ...options,
  });
  workers.push(worker);
  worker.start();
  const give = (...jobs: Partial<NewJob>[]): string[] => {
    const stored = store.enqueue(jobs.map(plan), Date.now());
    worker.wake();
    return stored.map((job) => job.id);
  };
  return { store, worker, give, events: () => transitions.map(({ event }) => event) };
}

/** Settles as its signal tells it to; `running` resolves with the job once it started. */
function untilAborted() {
  const running = Promise.withResolvers<Job>();
  const run: Run = (job, signal) => {
    running.resolve(job);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  };
  return { run, running: running.promise };
}

describe('work', () => {
  test('starts when the worker is woken, and ends done', async () => {
    const seen: unknown[] = [];
    const { worker, give, store, events } = started(async (job) => void seen.push(job.payload));
    const [id = ''] = give({ payload: { head: 'abc' } });
    await worker.idle();
    expect(seen).toEqual([{ head: 'abc' }]);
    expect(store.get(id)?.state).toBe('done');
    expect(events()).toEqual(['started', 'done']);
  });

  test('that was stored before the start is found at the start', async () => {
    const { store } = open();
    const [job] = store.enqueue([plan()], Date.now());
    await started(async () => undefined, { store }).worker.idle();
    expect(store.get(job?.id ?? '')?.state).toBe('done');
  });

  test('runs at most as many jobs of a queue as it may', async () => {
    let running = 0;
    let most = 0;
    const { worker, give } = started(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    });
    give(...Array.from({ length: 20 }, (_, pull) => ({ pull })));
    await worker.idle();
    expect(most).toBe(2);
  });

  test('is logged with job, kind, repository and delivery', async () => {
    const lines: string[] = [];
    const out = new Writable({
      write: (line, _encoding, done) => {
        lines.push(String(line));
        done();
      },
    });
    const { worker, give } = started(async () => undefined, { log: createLog('info', out) });
    const [job] = give({ delivery: 'guid-1' });
    await worker.idle();
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        msg: 'Job started',
        job,
        kind: 'plan',
        repository: 'acme/shop',
        delivery: 'guid-1',
      }),
      expect.objectContaining({
        msg: 'Job done',
        job,
        kind: 'plan',
        repository: 'acme/shop',
        delivery: 'guid-1',
      }),
    ]);
  });
});

describe('failure', () => {
  test('is tried again until it succeeds', async () => {
    const attempts: number[] = [];
    const { worker, give, events } = started(async (job) => {
      attempts.push(job.attempt);
      if (job.attempt < 3) throw new Error('reset');
    });
    give({});
    await worker.idle();
    expect(attempts).toEqual([1, 2, 3]);
    expect(events()).toEqual(['started', 'retried', 'started', 'retried', 'started', 'done']);
  });

  test('five times ends in the dead letters, and a person is told', async () => {
    const told: string[] = [];
    const run: Run = () => Promise.reject(new Error('reset'));
    const { worker, give, store } = started(run, { abandon: async (_job, reason) => void told.push(reason) });
    const [id = ''] = give({});
    await worker.idle();
    expect(told).toEqual(['Given up after 5 attempts. The last error: reset']);
    expect(store.get(id)).toMatchObject({ state: 'dead', attempt: 5 });
    expect(store.counts().unreported).toBe(0);
  });

  test('that only a person can mend is told at once', async () => {
    const told: string[] = [];
    const run: Run = () => Promise.reject(new UserError('The branch is gone.', 'Push it again.'));
    const { worker, give } = started(run, {
      abandon: async (job, reason) => void told.push(`${job.attempt}: ${reason}`),
    });
    give({});
    await worker.idle();
    expect(told).toEqual(['1: The branch is gone. Push it again.']);
  });

  test('of a handler that throws before it returns a promise is like any other', async () => {
    const { worker, give, events } = started((job) => {
      if (job.attempt === 1) throw new Error('synchronous');
      return Promise.resolve();
    });
    give({});
    await worker.idle();
    expect(events()).toEqual(['started', 'retried', 'started', 'done']);
  });

  test('is tried again also where its time comes just as the worker has looked for work', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    let read = 0;
    // Each look at the clock takes a millisecond, and each wait is one longer than the last.
    const { give, events } = started(
      async ({ attempt }) => {
        if (attempt === 1) throw new Error('reset');
      },
      { now: () => Date.now() + read++, random: () => (read % 20) / 2_000 },
    );
    for (let pull = 1; pull <= 20; pull += 1) {
      give({ pull });
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(events().filter((event) => event === 'done')).toHaveLength(20);
  });

  test('waits for its time with no polling, and new work does not wait with it', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const starts: string[] = [];
    const { worker, give } = started(
      async (job) => {
        starts.push(`${job.pull}#${job.attempt}`);
        if (job.pull === 1 && job.attempt === 1) throw new Error('reset');
      },
      { random: () => 0.5 },
    );
    give({ pull: 1 });
    await worker.idle();
    expect(jest.getTimerCount()).toBe(2);
    give({ pull: 2 });
    await worker.idle();
    expect(starts).toEqual(['1#1', '2#1']);
    const drained = worker.drained();
    await jest.advanceTimersByTimeAsync(999);
    expect(starts).toEqual(['1#1', '2#1']);
    await jest.advanceTimersByTimeAsync(1);
    await drained;
    expect(starts).toEqual(['1#1', '2#1', '1#2']);
  });

  test('to tell a person is repeated until they are told', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    let tries = 0;
    const { worker, give, store, events } = started(() => Promise.reject(new UserError('No.', 'Stop.')), {
      abandon: async () => {
        tries += 1;
        if (tries < 4) throw new Error('GitHub is down');
      },
    });
    give({});
    await worker.idle();
    for (const tried of [2, 3, 4]) {
      await jest.advanceTimersByTimeAsync(1000);
      await worker.idle();
      expect(tries).toBe(tried);
    }
    expect(store.counts().unreported).toBe(0);
    expect(events()).toEqual(['started', 'dead', 'reported']);
  });

  test('of the database is survived', async () => {
    const { db, store } = open();
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { worker, give } = started(async () => undefined, { store });
    await worker.idle();
    db.exec('ALTER TABLE turns RENAME TO elsewhere');
    const [id = ''] = give({});
    const idle = worker.idle();
    await new Promise(setImmediate);
    expect(store.get(id)?.state).toBe('queued');
    db.exec('ALTER TABLE elsewhere RENAME TO turns');
    await jest.advanceTimersByTimeAsync(1000);
    await idle;
    expect(store.get(id)?.state).toBe('done');
  });
});

describe('cancel', () => {
  test('brings a queued job to its end through its handler', async () => {
    const busy = untilAborted();
    const reasons: (string | null)[] = [];
    const run: Run = (job, signal) => {
      if (job.pull === 1 && job.cancelReason === null) return busy.run(job, signal);
      reasons.push(job.cancelReason);
      return Promise.resolve();
    };
    const { worker, give, store } = started(run, { concurrency: { command: 1, plan: 1 } });
    const [running = '', queued = ''] = give({ pull: 1 }, { pull: 2 });
    await busy.running;
    expect(worker.cancel({ id: queued }, 'Cancelled by @ann.')).toMatchObject([{ id: queued }]);
    worker.cancel({ id: running }, 'Closed.');
    await worker.idle();
    expect(reasons.sort()).toEqual(['Cancelled by @ann.', 'Closed.']);
    expect([store.get(queued)?.state, store.get(running)?.state]).toEqual(['done', 'done']);
  });

  test('aborts a running job, which ends it itself', async () => {
    const running = Promise.withResolvers<void>();
    const { worker, give, store, events } = started(
      (_job, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            expect(signal.reason).toEqual(new Cancelled('Closed.'));
            resolve();
          });
          running.resolve();
        }),
    );
    const [id = ''] = give({});
    await running.promise;
    worker.cancel({ repository: 'acme/shop', pull: 1, kind: 'plan' }, 'Closed.');
    await worker.idle();
    expect(store.get(id)).toMatchObject({ state: 'done', attempt: 1, cancelReason: 'Closed.' });
    expect(events()).toEqual(['started', 'cancelled', 'done']);
  });

  test('of a handler that only throws runs it once more, to end it', async () => {
    const busy = untilAborted();
    const run: Run = (job, signal) => (job.cancelReason === null ? busy.run(job, signal) : Promise.resolve());
    const { worker, give, events } = started(run);
    const [id = ''] = give({});
    await busy.running;
    worker.cancel({ id }, 'Closed.');
    await worker.idle();
    expect(events()).toEqual(['started', 'cancelled', 'handed back', 'started', 'done']);
  });

  test('by another process is noticed with the next heartbeat', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const busy = untilAborted();
    const run: Run = (job, signal) => (job.cancelReason === null ? busy.run(job, signal) : Promise.resolve());
    const { worker, give, store } = started(run);
    const [id = ''] = give({});
    await busy.running;
    store.cancel({ id }, 'Closed elsewhere.', Date.now());
    await jest.advanceTimersByTimeAsync(20_000);
    await worker.idle();
    expect(store.get(id)).toMatchObject({ state: 'done', cancelReason: 'Closed elsewhere.' });
  });
});

describe('leases', () => {
  test('are prolonged while a job runs, however long', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const busy = untilAborted();
    const { worker, give, store } = started(busy.run);
    give({});
    await busy.running;
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(store.orphans(null, Date.now())).toEqual([]);
    const stopped = worker.stop(0);
    await jest.advanceTimersByTimeAsync(0);
    await stopped;
  });

  test('that were lost stop the job, and what it still does changes nothing', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const busy = untilAborted();
    const { worker, give, store, events } = started(busy.run);
    const [id = ''] = give({});
    await busy.running;
    store.handBack(id, 'me', Date.now());
    const taken = store.claim('plan', 'other', Date.now(), 3_600_000);
    expect(taken?.id).toBe(id);
    await jest.advanceTimersByTimeAsync(20_000);
    await worker.idle();
    expect(events()).toEqual(['started', 'lost']);
    expect(store.finish(id, 'other', Date.now())).toBe(true);
  });

  test('of a process that went silent are taken over', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const done: number[] = [];
    const { store } = open();
    const { worker } = started(async (job) => void done.push(job.attempt), { store });
    await worker.idle();
    store.enqueue([plan()], Date.now());
    store.claim('plan', 'silent', Date.now(), 60_000);
    await jest.advanceTimersByTimeAsync(40_000);
    expect(done).toEqual([]);
    await jest.advanceTimersByTimeAsync(20_000);
    await worker.idle();
    expect(done).toEqual([2]);
  });
});

describe('stop', () => {
  test('lets a job end within the grace time and claims nothing more', async () => {
    const running = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const { worker, give, store } = started(() => {
      running.resolve();
      return finish.promise;
    });
    const [first = '', second = ''] = give({}, {});
    await running.promise;
    const stopped = worker.stop(10_000);
    finish.resolve();
    await stopped;
    expect([store.get(first)?.state, store.get(second)?.state]).toEqual(['done', 'queued']);
  });

  test('hands back what takes longer, with no attempt lost', async () => {
    const busy = untilAborted();
    const { worker, give, store } = started(busy.run);
    const [id = ''] = give({});
    await busy.running;
    await worker.stop(0);
    expect(store.get(id)).toMatchObject({ state: 'queued', attempt: 0 });
    expect(store.claim('plan', 'successor', Date.now(), 60_000)).toMatchObject({ id, attempt: 1 });
  });

  test('tells the job that it is a shutdown', async () => {
    const busy = untilAborted();
    let reason: unknown;
    const { worker, give } = started((job, signal) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      return busy.run(job, signal);
    });
    give({});
    await busy.running;
    await worker.stop(0);
    expect(reason).toBeInstanceOf(Shutdown);
  });

  test('does not wait for a job that ignores it', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const running = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const { worker, give, store } = started(() => {
      running.resolve();
      return finish.promise;
    });
    const [id = ''] = give({});
    await running.promise;
    const stopped = worker.stop(1000);
    await jest.advanceTimersByTimeAsync(6000);
    await stopped;
    finish.resolve();
    await new Promise(setImmediate);
    expect(store.get(id)).toMatchObject({ state: 'queued', attempt: 0 });
  });
});

test('the worker tells when it last looked for work', async () => {
  const { worker } = started(async () => undefined);
  expect(worker.lastTickAt).toBeNull();
  await worker.idle();
  expect(worker.lastTickAt).toEqual(expect.any(Number));
});

test('a listener that throws does not stop the queue', async () => {
  const { worker, give, store } = started(async () => undefined, {
    onTransition: () => {
      throw new Error('metrics are broken');
    },
  });
  const [id = ''] = give({});
  await worker.idle();
  expect(store.get(id)?.state).toBe('done');
});

test('jobs of a kind that nobody handles end in the dead letters and wait there', async () => {
  const { store } = open();
  const { worker, give } = started(async () => undefined, { store });
  const [id = ''] = give({ kind: 'from the future' });
  await worker.idle();
  expect(store.get(id)?.state).toBe('dead');
  expect(store.counts().unreported).toBe(1);
});
