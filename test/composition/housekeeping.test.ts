import { afterEach, expect, test } from '@jest/globals';
import { type Chore, createHousekeeping, type Housekeeping } from '../../src/composition/housekeeping.ts';
import { createLog } from '../../src/log.ts';
import { LogLines } from '../support/log-lines.ts';

let housekeeping: Housekeeping;
afterEach(() => housekeeping.stop());

const NOTHING: Chore = { name: 'nothing', every: 60_000, work: async () => undefined };

async function startWith(...others: readonly Chore[]): Promise<LogLines> {
  const lines = new LogLines();
  housekeeping = createHousekeeping(NOTHING, others, createLog('info', lines));
  await housekeeping.start();
  return lines;
}

/** A chore that comes every millisecond, and what waits until it was begun `times` times. */
function counted(times: number, work: Chore['work'] = async () => undefined) {
  let begun = 0;
  const { promise: often, resolve } = Promise.withResolvers<void>();
  const chore: Chore = {
    name: 'counted',
    every: 1,
    work(signal) {
      begun += 1;
      if (begun === times) resolve();
      return work(signal);
    },
  };
  return { chore, often, begun: () => begun };
}

test('a chore that takes longer than its interval is not begun beside itself', async () => {
  const end = Promise.withResolvers<void>();
  const slow = counted(2, () => end.promise);
  const quick = counted(5);
  await startWith(slow.chore, quick.chore);
  await quick.often;
  expect(slow.begun()).toBe(1);
  end.resolve();
  await slow.often;
});

test('a chore that fails is logged, and comes again', async () => {
  const failing = counted(2, () => Promise.reject(new Error('Docker is busy.')));
  const lines = await startWith(failing.chore);
  await failing.often;
  await lines.find('housekeeping failed', { chore: 'counted', error: 'Docker is busy.' });
});

test('the start waits for the first chore only; the end tells those that run, and waits for them', async () => {
  const aborted = Promise.withResolvers<void>();
  const patient = counted(1, (signal) => {
    signal.addEventListener('abort', () => aborted.resolve());
    return aborted.promise;
  });
  await startWith(patient.chore);
  await housekeeping.stop();
  await aborted.promise;
});
