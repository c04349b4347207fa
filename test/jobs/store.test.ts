import { describe, expect, test } from '@jest/globals';
import type { Job, NewJob } from '../../src/jobs/job.ts';
import { recover } from '../../src/jobs/reconcile.ts';
import type { JobStore } from '../../src/jobs/store.ts';
import { open, plan } from './setup.ts';

const LEASE = 60_000;
const NOW = 1_000_000;

function enqueue(store: JobStore, ...changes: Partial<NewJob>[]): string[] {
  return store.enqueue(changes.map(plan), NOW).map((job) => job.id);
}

function claim(store: JobStore, now = NOW, owner = 'me'): Job | null {
  return store.claim('plan', owner, now, LEASE);
}

/** Claims and finishes until nothing is left; the values of `key` in the order of service. */
function serve<Key extends keyof Job>(store: JobStore, key: Key): Job[Key][] {
  const served: Job[Key][] = [];
  for (let job = claim(store); job; job = claim(store)) {
    served.push(job[key]);
    store.finish(job.id, 'me', NOW);
  }
  return served;
}

describe('enqueue', () => {
  test('stores a job as it was given', () => {
    const { store } = open();
    const given = plan({ dedupe: 'comment:7' });
    const [job] = store.enqueue([given], NOW);
    expect(job).toMatchObject({ ...given, state: 'queued', attempt: 0, createdAt: NOW, cancelReason: null });
    expect(store.get(job?.id ?? '')).toEqual(job);
  });

  test('stores a key once, and says what was new', () => {
    const { store } = open();
    enqueue(store, { dedupe: 'comment:7' });
    expect(store.enqueue([plan({ dedupe: 'comment:7' }), plan({ dedupe: 'comment:8' })], NOW)).toMatchObject([
      { dedupe: 'comment:8' },
    ]);
  });

  test("belongs to the caller's transaction", () => {
    const { db, store } = open();
    const failing = db.transaction(() => {
      store.enqueue([plan()], NOW);
      throw new Error('the inbox row could not be closed');
    });
    expect(failing).toThrow('inbox row');
    expect(claim(store)).toBeNull();
  });

  test('gives ids that sort by age, within one millisecond too', () => {
    const { store } = open();
    const ids = enqueue(store, ...Array.from({ length: 500 }, () => ({})));
    expect([...ids].sort()).toEqual(ids);
  });
});

describe('claim', () => {
  test('starts the job and counts the attempt', () => {
    const { store } = open();
    const [id] = enqueue(store, {});
    expect(claim(store)).toMatchObject({ id, state: 'running', attempt: 1 });
    expect(claim(store)).toBeNull();
  });

  test('takes only from its queue, and only what is due', () => {
    const { store } = open();
    const [id = ''] = enqueue(store, {});
    expect(store.claim('command', 'me', NOW, LEASE)).toBeNull();
    claim(store);
    store.retry(id, 'me', NOW + 5000, 'reset');
    expect(claim(store, NOW + 4999)).toBeNull();
    expect(claim(store, NOW + 5000)).toMatchObject({ id, attempt: 2 });
  });

  test('one noisy installation does not starve another', () => {
    const { store } = open();
    enqueue(store, ...Array.from({ length: 100 }, () => ({ lane: null, installation: 1 })));
    enqueue(
      store,
      ...Array.from({ length: 2 }, () => ({ lane: null, installation: 2, repository: 'other/one' })),
    );
    expect(serve(store, 'installation').slice(0, 6)).toEqual([1, 2, 1, 2, 1, 1]);
  });

  test('neither does one noisy repository within an installation', () => {
    const { store } = open();
    enqueue(store, ...Array.from({ length: 100 }, () => ({ lane: null, repository: 'acme/noisy' })));
    enqueue(store, { lane: null, repository: 'acme/quiet' }, { lane: null, repository: 'acme/quiet' });
    expect(serve(store, 'repository').slice(0, 5)).toEqual([
      'acme/noisy',
      'acme/quiet',
      'acme/noisy',
      'acme/quiet',
      'acme/noisy',
    ]);
  });

  test('many repositories give an installation no larger share', () => {
    const { store } = open();
    const many = Array.from({ length: 6 }, (_, n) => ({ lane: null, repository: `acme/r${n}` }));
    enqueue(store, ...many, ...many.map((job) => ({ ...job, installation: 2, repository: 'other/one' })));
    expect(serve(store, 'installation')).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
  });

  test('priority comes before the turn', () => {
    const { store } = open();
    enqueue(store, { lane: null, payload: 'plan' }, { lane: null, payload: 'cancel', priority: 10 });
    expect(serve(store, 'payload')).toEqual(['cancel', 'plan']);
  });

  test('a lane runs one job at a time, oldest first, and others pass meanwhile', () => {
    const { store } = open();
    const [first, second, elsewhere] = enqueue(store, {}, {}, { pull: 2 });
    expect([claim(store)?.id, claim(store)?.id, claim(store)]).toEqual([first, elsewhere, null]);
    store.finish(first ?? '', 'me', NOW);
    expect(claim(store)?.id).toBe(second);
  });

  test('a job does not overtake the earlier one of its lane that waits for its retry', () => {
    const { store } = open();
    const [first = ''] = enqueue(store, {}, {});
    claim(store);
    store.retry(first, 'me', NOW + 5000, 'reset');
    expect(claim(store)).toBeNull();
    expect(claim(store, NOW + 5000)?.id).toBe(first);
  });

  test('unless its priority is higher', () => {
    const { store } = open();
    const [first = '', , urgent] = enqueue(store, {}, {}, { priority: 1 });
    expect(claim(store)?.id).toBe(urgent);
    store.finish(urgent ?? '', 'me', NOW);
    expect(claim(store)?.id).toBe(first);
  });
});

describe('the end of a try', () => {
  test('belongs to the owner of the lease alone', () => {
    const { store } = open();
    const [id = ''] = enqueue(store, {});
    claim(store);
    expect(store.heartbeat(id, 'other', NOW + LEASE)).toBe(false);
    expect(store.finish(id, 'other', NOW)).toBe(false);
    expect(store.retry(id, 'other', NOW, '')).toBe(false);
    expect(store.handBack(id, 'other', NOW)).toBe(false);
    expect(store.bury(id, 'other', '', NOW)).toBe(false);
    expect(store.get(id)?.state).toBe('running');
    expect(store.finish(id, 'me', NOW)).toBe(true);
    expect(store.finish(id, 'me', NOW)).toBe(false);
    expect(store.get(id)?.state).toBe('done');
  });

  test('handing back costs no attempt', () => {
    const { store } = open();
    const [id = ''] = enqueue(store, {});
    for (let round = 0; round < 10; round += 1) {
      expect(claim(store)?.attempt).toBe(1);
      store.handBack(id, 'me', NOW);
    }
  });

  test('a dead job is taken for its report until that succeeded', () => {
    const { store } = open();
    const [id = ''] = enqueue(store, {});
    claim(store);
    store.bury(id, 'me', 'GitHub is down', NOW);
    expect(store.counts()).toEqual({ queued: { command: 0, plan: 0 }, running: 0, unreported: 1 });
    expect(store.dead.take(NOW, NOW + 10)).toMatchObject({
      job: { id },
      reason: 'GitHub is down',
      diedAt: NOW,
    });
    expect(store.dead.take(NOW, NOW + 10)).toBeNull();
    store.dead.defer(id, NOW + 5);
    expect(store.nextDue(NOW)).toBe(NOW + 5);
    expect(store.dead.take(NOW + 5, NOW + 10)).not.toBeNull();
    store.dead.markReported(id);
    expect(store.dead.take(NOW + 1000, NOW + 2000)).toBeNull();
    expect(store.counts().unreported).toBe(0);
  });
});

describe('cancel', () => {
  test('a queued job goes to the front of the command queue, past its lane, with the reason', () => {
    const { store } = open();
    const [running = '', queued = ''] = enqueue(store, {}, {});
    claim(store);
    expect(store.cancel({ id: queued }, 'Cancelled by @ann.', NOW)).toMatchObject([
      { id: queued, state: 'queued' },
    ]);
    expect(store.claim('command', 'me', NOW, LEASE)).toMatchObject({
      id: queued,
      kind: 'plan',
      cancelReason: 'Cancelled by @ann.',
    });
    expect(store.get(running)).toMatchObject({ state: 'running', cancelReason: null });
  });

  test('a running job keeps running with the reason, and if it comes back it is a cancelled one', () => {
    const { store } = open();
    const [id = ''] = enqueue(store, {});
    claim(store);
    expect(store.cancel({ id }, 'Closed.', NOW)).toMatchObject([
      { id, state: 'running', cancelReason: 'Closed.' },
    ]);
    store.handBack(id, 'me', NOW);
    expect(claim(store)).toBeNull();
    expect(store.claim('command', 'me', NOW, LEASE)).toMatchObject({ id, cancelReason: 'Closed.' });
  });

  test('does not wait for the retry of the job', () => {
    const { store } = open();
    const [id = ''] = enqueue(store, {});
    claim(store);
    store.retry(id, 'me', NOW + 300_000, 'reset');
    store.cancel({ id }, 'Closed.', NOW);
    expect(store.claim('command', 'me', NOW, LEASE)?.id).toBe(id);
  });

  test('happens once, and not to what ended', () => {
    const { store } = open();
    const [ended = '', queued = ''] = enqueue(store, {}, {});
    claim(store);
    store.finish(ended, 'me', NOW);
    expect(store.cancel({ id: ended }, 'late', NOW)).toEqual([]);
    expect(store.cancel({ id: queued }, 'first', NOW)).toHaveLength(1);
    expect(store.cancel({ id: queued }, 'second', NOW)).toEqual([]);
    expect(store.get(queued)?.cancelReason).toBe('first');
  });

  test('a new plan supersedes the older queued ones of its pull request, and nothing else', () => {
    const { store } = open();
    const changes = [{}, {}, {}, { pull: 2 }, { kind: 'merge' }, { repository: 'acme/else' }, {}, {}];
    const ids = enqueue(store, ...changes);
    claim(store);
    const newest = { repository: 'acme/shop', pull: 1, kind: 'plan', before: ids[6] ?? '' };
    const superseded = store.cancel({ ...newest, state: 'queued' }, 'Superseded.', NOW);
    expect(superseded.map((job) => job.id)).toEqual([ids[1], ids[2]]);
    const all = store.cancel({ repository: 'acme/shop', pull: 1, kind: 'plan' }, 'Closed.', NOW);
    expect(all.map((job) => job.id)).toEqual([ids[0], ids[6], ids[7]]);
  });
});

describe('position', () => {
  test('counts from one, and is null for what is not queued', () => {
    const { store } = open();
    const [first = '', second = ''] = enqueue(store, {}, {});
    expect([store.position(first), store.position(second), store.position('none')]).toEqual([1, 2, null]);
    claim(store);
    expect([store.position(first), store.position(second)]).toEqual([null, 1]);
  });

  test('is fair to those who wait behind a noisy one', () => {
    const { store } = open();
    enqueue(store, ...Array.from({ length: 100 }, () => ({ lane: null })));
    const [quiet = ''] = enqueue(store, { installation: 2, repository: 'other/one' });
    expect(store.position(quiet)).toBe(2);
  });
});

describe('recovery', () => {
  test('at start takes the jobs of all other processes, at the cost of an attempt', () => {
    const { store } = open();
    const [id = ''] = enqueue(store, {});
    claim(store, NOW, 'the dead');
    expect(recover(store, 'me', NOW)).toMatchObject([{ job: { id }, to: 'queued' }]);
    expect(claim(store)).toMatchObject({ id, attempt: 2 });
    expect(recover(store, 'me', NOW)).toEqual([]);
  });

  test('later only jobs whose lease ended', () => {
    const { store } = open();
    const [id = ''] = enqueue(store, {});
    claim(store, NOW, 'other');
    store.heartbeat(id, 'other', NOW + 2 * LEASE);
    expect(recover(store, null, NOW + LEASE)).toEqual([]);
    expect(recover(store, null, NOW + 2 * LEASE)).toMatchObject([{ job: { id }, to: 'queued' }]);
  });

  test('gives up what killed five processes, and a person is told', () => {
    const { store } = open();
    enqueue(store, {});
    for (const crash of [1, 2, 3, 4, 5]) {
      expect(claim(store, NOW, `process ${crash}`)).toMatchObject({ attempt: crash });
      recover(store, `process ${crash + 1}`, NOW);
    }
    expect(claim(store)).toBeNull();
    expect(store.dead.take(NOW, NOW)?.reason).toMatch('Given up after 5 attempts.');
  });
});

describe('forget', () => {
  test('deletes old finished jobs, oldest first and no more than the limit; their keys are free again', () => {
    const { store } = open();
    enqueue(store, { dedupe: 'a' }, { dedupe: 'b' }, { dedupe: 'c' });
    for (let job = claim(store); job; job = claim(store)) store.finish(job.id, 'me', NOW);
    expect(store.forget(NOW, 10)).toBe(0);
    expect(store.forget(NOW + 1, 2)).toBe(2);
    expect(enqueue(store, { dedupe: 'a' }, { dedupe: 'b' }, { dedupe: 'c' })).toHaveLength(2);
  });

  test('deletes what was given up, and was told so', () => {
    const { store } = open();
    const [id = ''] = enqueue(store, {});
    claim(store);
    store.bury(id, 'me', 'given up', NOW);
    store.dead.markReported(id);
    expect(store.forget(NOW + 1, 10)).toBe(1);
  });

  test('keeps what is queued, running or given up with nobody told yet, however old', () => {
    const { store } = open();
    const [queued, running, dead] = enqueue(store, { lane: 'a' }, { lane: 'b' }, { lane: 'c' });
    claim(store);
    const buried = claim(store);
    store.bury(buried?.id ?? '', 'me', 'given up', NOW);
    expect(store.forget(NOW * 2, 10)).toBe(0);
    for (const id of [queued, running, dead]) expect(store.get(id ?? '')).not.toBeNull();
  });
});
