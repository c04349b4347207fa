import { describe, expect, test } from '@jest/globals';
import { NO_SUBSCRIPTION, type SubscriptionFacts } from '../../../src/entitlements/subscription.ts';
import { decideStart, limitsOf, usageInWords } from '../../../src/entitlements/usage/limits.ts';

const DAY = 24 * 60 * 60_000;
const setting = {
  plans: [
    { key: 'none', minutes: 30, concurrency: 1 },
    { key: 'team', minutes: 600, concurrency: 2 },
    { key: 'pro', minutes: null, concurrency: 8 },
  ],
  graceMs: 7 * DAY,
};
const NOVEMBER = Date.UTC(2026, 10, 1);
const DECEMBER = Date.UTC(2026, 11, 1);

function having(changes: Partial<SubscriptionFacts>): SubscriptionFacts {
  return { ...NO_SUBSCRIPTION, plan: 'team', ...changes };
}

describe('the limits of an account', () => {
  test.each(['active', 'trialing'] as const)('%s: those of its plan, of this calendar month', (status) => {
    const limits = limitsOf(having({ status }), setting, NOVEMBER + 20 * DAY);
    expect(limits).toEqual({ minutes: 600, concurrency: 2, since: NOVEMBER });
  });

  test.each(['unpaid', 'paused', 'canceled', 'incomplete', 'unknown', 'none'] as const)(
    '%s: those without a subscription',
    (status) => {
      expect(limitsOf(having({ status }), setting, NOVEMBER)).toMatchObject({ minutes: 30, concurrency: 1 });
    },
  );

  test('past due in its grace: the month in which it became so goes on', () => {
    const graceUntil = DECEMBER + 3 * DAY;
    const facts = having({ status: 'past_due', graceUntil });
    expect(limitsOf(facts, setting, DECEMBER + DAY)).toMatchObject({ minutes: 600, since: NOVEMBER });
    expect(limitsOf(facts, setting, graceUntil)).toMatchObject({ minutes: 30, since: DECEMBER });
  });

  test('without a plan `none`, accounts without a subscription have none', () => {
    const limits = limitsOf(NO_SUBSCRIPTION, { ...setting, plans: setting.plans.slice(1) }, NOVEMBER);
    expect(limits).toMatchObject({ minutes: null, concurrency: null });
  });
});

describe('whether one more plan may start', () => {
  const limits = { minutes: 10, concurrency: 2, since: NOVEMBER };

  test('while there are minutes and places', () => {
    expect(decideStart(limits, 599.9, 1)).toEqual({ may: true });
  });

  test('not with all minutes used', () => {
    expect(decideStart(limits, 600, 0)).toEqual({ may: false, because: 'minutes', limit: 10 });
  });

  test('not beside as many as may run at once', () => {
    expect(decideStart(limits, 0, 2)).toEqual({ may: false, because: 'concurrency', limit: 2 });
  });

  test('always without limits', () => {
    expect(decideStart({ minutes: null, concurrency: null, since: 0 }, 1e9, 1e3)).toEqual({ may: true });
  });
});

test('minutes used are told with those included', () => {
  expect(usageInWords(750, { minutes: 600, concurrency: 2, since: 0 })).toBe(
    '12.5 of 600 sandbox minutes used this month',
  );
  expect(usageInWords(750, { minutes: null, concurrency: 8, since: 0 })).toBe(
    '12.5 sandbox minutes used this month',
  );
});
