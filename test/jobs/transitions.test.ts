import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { abandonBackoff, afterExpiry, backoff, MAX_ATTEMPTS, next } from '../../src/jobs/transitions.ts';

const NOW = 1_000_000;
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const failed = (error: unknown) => ({ kind: 'failed', error }) as const;

describe('after a try', () => {
  test('success is the end', () => {
    expect(next({ kind: 'succeeded' }, 1, NOW, 0.5)).toEqual({ to: 'done' });
  });

  test('a stop hands the job back, on the last attempt too', () => {
    expect(next({ kind: 'stopped', error: null }, MAX_ATTEMPTS, NOW, 0.5)).toEqual({ to: 'handed back' });
  });

  test('an error is tried again with a growing wait', () => {
    const dueIn = [1, 2, 3, 4].map((attempt) => next(failed(new Error('reset')), attempt, NOW, 0.5));
    expect(dueIn).toEqual([
      { to: 'queued', dueAt: NOW + 1000, error: 'reset' },
      { to: 'queued', dueAt: NOW + 2000, error: 'reset' },
      { to: 'queued', dueAt: NOW + 4000, error: 'reset' },
      { to: 'queued', dueAt: NOW + 8000, error: 'reset' },
    ]);
  });

  test('the fifth error gives up and says what it was', () => {
    expect(next(failed(new Error('reset')), 5, NOW, 0.5)).toEqual({
      to: 'dead',
      reason: 'Given up after 5 attempts. The last error: reset',
    });
  });

  test('a UserError is final at once, in its own words', () => {
    const error = new UserError('The head commit is gone.', 'Push again.');
    expect(next(failed(error), 1, NOW, 0.5)).toEqual({
      to: 'dead',
      reason: 'The head commit is gone. Push again.',
    });
  });

  test('an ended lease costs an attempt but no wait', () => {
    expect(afterExpiry(4, NOW)).toMatchObject({ to: 'queued', dueAt: NOW });
    expect(afterExpiry(5, NOW)).toMatchObject({ to: 'dead' });
  });

  test('a wait that the error asks for is honoured', () => {
    const limited = Object.assign(new Error('rate limited'), { retryAfterMs: 60_000 });
    expect(next(failed(limited), 1, NOW, 0.5)).toMatchObject({ dueAt: NOW + 60_000 });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, '60000', null, {}])(
    'a wait of %p is not one',
    (retryAfterMs) => {
      const error = Object.assign(new Error('odd'), { retryAfterMs });
      expect(next(failed(error), 1, NOW, 0.5)).toMatchObject({ dueAt: NOW + 1000 });
    },
  );

  test('whatever is thrown, and however long, the answer is a bounded text', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true }),
        fc.integer({ min: 1, max: 9 }),
        random,
        (thrown, attempt, r) => {
          const transition = next(failed(thrown), attempt, NOW, r);
          expect(transition.to).toBe(attempt >= MAX_ATTEMPTS ? 'dead' : 'queued');
        },
      ),
    );
    expect(next(failed(new Error('x'.repeat(10_000))), 1, NOW, 0)).toMatchObject({ error: 'x'.repeat(2000) });
  });
});

describe('waits', () => {
  test('full jitter: from nothing to two seconds doubled each time, five minutes at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), random, (attempt, r) => {
        const wait = backoff(attempt, r);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThan(Math.min(300_000, 2000 * 2 ** (attempt - 1)));
      }),
    );
    expect(backoff(3, 0)).toBe(0);
    expect(backoff(3, 0.999_999)).toBe(7999);
    expect(backoff(60, 0.999_999)).toBe(299_999);
  });

  test('a dead job is tried again after at least a second and at most five minutes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), random, (since, r) => {
        const wait = abandonBackoff(since, r);
        expect(wait).toBeGreaterThanOrEqual(1000);
        expect(wait).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});
