import { describe, expect, test } from '@jest/globals';
import { createDispatcher, openInbox, queued } from './setup.ts';

test('deliveries become jobs, oldest first, and are then done', async () => {
  const box = openInbox();
  for (const delivery of ['a', 'b', 'c']) await box.put(delivery);
  const { dispatcher, received, woken } = createDispatcher(box);

  expect(await dispatcher.dispatchDue()).toBe(3);
  expect(received).toEqual(['a', 'b', 'c']);
  expect(queued(box.db)).toEqual(['a', 'b', 'c']);
  expect(woken()).toBe(1);
  expect(await dispatcher.dispatchDue()).toBe(0);
});

test('once started, it dispatches what is stored without being asked, and stops when told', async () => {
  const box = openInbox();
  const dispatched = Promise.withResolvers<void>();
  const { dispatcher, received } = createDispatcher(box, () => {}, { onJobs: () => dispatched.resolve() });
  box.writer.onStored(() => dispatcher.wake());
  dispatcher.start();
  await box.put('a');
  await dispatched.promise;
  await dispatcher.stop();
  expect(received).toEqual(['a']);
  await box.put('after the stop');
  expect(box.inbox.counts().pending).toBe(1);
});

describe('a crash', () => {
  test('between the handlers and the transaction repeats the handlers and stores their jobs once', async () => {
    const box = openInbox();
    await box.put('a');
    const crash = () => Promise.reject(new Error('killed'));
    const before = createDispatcher(box, () => {}, { writer: { busy: false, exclusive: crash } });
    await expect(before.dispatcher.dispatchDue()).rejects.toThrow('killed');
    expect(before.received).toEqual(['a']);
    expect(queued(box.db)).toEqual([]);

    const after = createDispatcher(box);
    await after.dispatcher.dispatchDue();
    expect(after.received).toEqual(['a']);
    expect(queued(box.db)).toEqual(['a']);
    expect(await after.dispatcher.dispatchDue()).toBe(0);
  });

  test('within the transaction leaves neither jobs nor a row that is done', async () => {
    const box = openInbox();
    await box.put('a');
    const killed = box.db.transaction((act: () => void) => {
      act();
      expect(queued(box.db)).toEqual(['a']);
      throw new Error('killed');
    });
    const exclusive = async (act: () => void) => killed(act);
    const { dispatcher } = createDispatcher(box, () => {}, { writer: { busy: false, exclusive } });
    await expect(dispatcher.dispatchDue()).rejects.toThrow('killed');
    expect(queued(box.db)).toEqual([]);
    expect(box.inbox.counts()).toEqual({ pending: 1, dead: 0 });
  });
});

describe('a poison delivery', () => {
  const poison = ({ delivery }: { delivery: string }) => {
    if (delivery === 'poison') throw new Error('no handler can read this');
  };

  test('holds up no other, is tried again later and later, and is at last set aside with its reason', async () => {
    const box = openInbox();
    for (const delivery of ['a', 'poison', 'b']) await box.put(delivery);
    let now = 0;
    const { dispatcher, received } = createDispatcher(box, poison, { now: () => now });
    await dispatcher.dispatchDue();
    expect(queued(box.db)).toEqual(['a', 'b']);

    const waits: number[] = [];
    for (let due = box.inbox.nextDue(); due !== null; due = box.inbox.nextDue()) {
      waits.push(due - now);
      now = due;
      await dispatcher.dispatchDue();
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000]);
    expect(received.filter((delivery) => delivery === 'poison')).toHaveLength(8);
    expect(box.inbox.counts()).toEqual({ pending: 0, dead: 1 });
    const row = box.db.prepare("SELECT delivery, attempt, error FROM inbox WHERE state = 'dead'").get();
    expect(row).toEqual({ delivery: 'poison', attempt: 8, error: 'no handler can read this' });
  });

  test('whose jobs cannot be stored takes no other with it', async () => {
    const box = openInbox();
    for (const delivery of ['a', 'poison', 'b']) await box.put(delivery);
    const { dispatcher } = createDispatcher(box, () => {}, {
      enqueue: (jobs) => {
        if (jobs.some(({ delivery }) => delivery === 'poison')) throw new Error('not storable');
      },
    });
    await dispatcher.dispatchDue();
    expect(box.inbox.counts()).toEqual({ pending: 1, dead: 0 });
    expect(box.db.prepare("SELECT delivery, error FROM inbox WHERE state = 'pending'").get()).toEqual({
      delivery: 'poison',
      error: 'not storable',
    });
  });

  test('whose handler never ends is given up after a while', async () => {
    const box = openInbox();
    for (const delivery of ['poison', 'a']) await box.put(delivery);
    const forever = ({ delivery }: { delivery: string }) =>
      delivery === 'poison' ? new Promise<void>(() => {}) : undefined;
    const { dispatcher } = createDispatcher(box, forever, { receiveTimeoutMs: 10 });
    await dispatcher.dispatchDue();
    expect(queued(box.db)).toEqual(['a']);
    expect(box.inbox.counts()).toEqual({ pending: 1, dead: 0 });
  });
});

test('what was dispatched or given up long ago is deleted', async () => {
  const box = openInbox();
  for (const delivery of ['a', 'b', 'dead']) await box.put(delivery);
  const [a, b, dead] = box.inbox.due(0, 3).map(({ id }) => id);
  box.inbox.done(Number(a), 1_000);
  box.inbox.done(Number(b), 2_000);
  box.inbox.bury(Number(dead), 'a reason', 1_000);
  expect(box.inbox.forget(2_000, 1)).toBe(1);
  expect(box.inbox.forget(2_000, 10)).toBe(1);
  expect(['a', 'b', 'dead'].map((delivery) => box.inbox.has('github', delivery))).toEqual([
    false,
    true,
    false,
  ]);
});
