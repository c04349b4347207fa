import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Bottleneck from 'bottleneck';
import { createWriteLimits } from '../../src/github/throttle.ts';

let limits: ReturnType<typeof createWriteLimits>;

beforeEach(() => {
  limits = createWriteLimits();
});
afterEach(async () => {
  for (const group of [limits.write, limits.notifications]) {
    for (const { limiter } of group.limiters()) await limiter.stop({ dropWaitingJobs: true });
  }
});

/** How many of `count` writes have to wait once the burst is used up. */
async function waiting(limiter: Bottleneck, count: number): Promise<number> {
  const usedUp = new Promise<void>((resolve) => limiter.once('depleted', () => resolve()));
  for (let n = 0; n < count; n += 1) {
    limiter.schedule(() => Promise.resolve()).catch(() => undefined); // Dropped after the test.
  }
  await usedUp;
  const { RECEIVED, QUEUED } = limiter.counts();
  return RECEIVED + QUEUED;
}

describe('the limits of writes', () => {
  it('let a burst of 100 through and hold what is beyond it', async () => {
    expect(await waiting(limits.write.key('1001'), 130)).toBe(30);
  });

  it('are tighter for writes that create content', async () => {
    expect(await waiting(limits.notifications.key('1001'), 60)).toBe(20);
    expect(await limits.notifications.key('1002').currentReservoir()).toBe(40);
  });

  it('are counted for each installation', async () => {
    await waiting(limits.write.key('1001'), 130);
    expect(await limits.write.key('1002').currentReservoir()).toBe(100);
  });
});
