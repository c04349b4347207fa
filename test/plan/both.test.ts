import { setImmediate } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { both } from '../../src/plan/both.ts';

const never = new AbortController().signal;

/** Something that goes on until it is aborted, and then takes a while to end. */
function container() {
  let running = true;
  const run = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', async () => {
        await setImmediate();
        running = false;
        reject(signal.reason);
      });
    });
  return { run, isRunning: () => running };
}

it('gives what both came to', async () => {
  expect(
    await both(
      never,
      async () => 1,
      async () => 'two',
    ),
  ).toEqual([1, 'two']);
});

it('ends the one where the other fails, before it says so', async () => {
  const outage = async () => {
    throw new Error('no daemon');
  };
  const [one, other] = [container(), container()];
  await expect(both(never, one.run, outage)).rejects.toThrow('no daemon');
  await expect(both(never, outage, other.run)).rejects.toThrow('no daemon');
  expect([one.isRunning(), other.isRunning()]).toEqual([false, false]);
});

it('ends both on an abort, before it says so', async () => {
  const cancel = new AbortController();
  const [one, other] = [container(), container()];
  const ended = both(cancel.signal, one.run, other.run);
  cancel.abort(new Error('cancelled'));
  await expect(ended).rejects.toThrow('cancelled');
  expect([one.isRunning(), other.isRunning()]).toEqual([false, false]);
});
