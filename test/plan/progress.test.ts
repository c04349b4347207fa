import { expect, test } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { Progress } from '../../src/plan/progress.ts';

const log = createLog('silent');

/** Updates that end when the test lets them, and when each began. */
function watched(interval: number, onUpdate: (number: number) => void = () => {}) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  let waiting: { number: number; resolve: () => void }[] = [];
  const progress = new Progress({
    interval: () => interval,
    log,
    update() {
      begun.push(performance.now());
      for (const { resolve } of waiting.filter(({ number }) => number <= begun.length)) resolve();
      waiting = waiting.filter(({ number }) => number > begun.length);
      onUpdate(begun.length);
      return new Promise((resolve) => ends.push(resolve));
    },
  });
  return {
    progress,
    begun,
    end: () => ends.shift()?.(),
    /** Resolves once the update of this number has begun. */
    update: (number: number) =>
      new Promise<void>((resolve) => {
        if (begun.length >= number) resolve();
        else waiting.push({ number, resolve });
      }),
  };
}

test('the first change is shown at once', () => {
  const { progress, begun } = watched(60_000);
  progress.changed();
  expect(begun).toHaveLength(1);
});

test('however much changes during a slow update, one more follows it, and none runs beside it', async () => {
  const { progress, begun, end, update } = watched(1);
  progress.changed();
  for (let change = 0; change < 100; change += 1) progress.changed();
  expect(begun).toHaveLength(1);
  end();
  await update(2);
  const stopped = progress.stop();
  end();
  await stopped;
  expect(begun).toHaveLength(2);
});

test('updates keep their distance', async () => {
  const INTERVAL = 30;
  const { progress, begun, end, update } = watched(INTERVAL);
  for (const number of [1, 2, 3, 4]) {
    progress.changed();
    await update(number);
    end();
  }
  const gaps = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(INTERVAL - 2);
});

test('a change after a rest is shown again', async () => {
  const { progress, end, update, begun } = watched(1);
  progress.changed();
  end();
  await new Promise<void>((resolve) => setTimeout(resolve, 5));
  progress.changed();
  await update(2);
  expect(begun).toHaveLength(2);
});

test('a failed update is not the end', async () => {
  let failures = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const progress: Progress = new Progress({
    interval: () => 1,
    log,
    async update() {
      failures += 1;
      if (failures === 2) return resolve();
      progress.changed();
      throw new Error('GitHub is away');
    },
  });
  progress.changed();
  await promise;
  expect(failures).toBe(2);
});

test('stop waits for the update that runs, and nothing follows', async () => {
  const { progress, begun, end } = watched(1);
  progress.changed();
  progress.changed();
  let stopped = false;
  const stop = progress.stop().then(() => {
    stopped = true;
  });
  expect(stopped).toBe(false);
  end();
  await stop;
  progress.changed();
  expect(begun).toHaveLength(1);
});
