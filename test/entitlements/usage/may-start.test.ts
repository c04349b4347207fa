import { describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { AccountStore } from '../../../src/entitlements/accounts.ts';
import { NO_SUBSCRIPTION, type SubscriptionFacts } from '../../../src/entitlements/subscription.ts';
import { UsageLedger } from '../../../src/entitlements/usage/ledger.ts';
import { UsageLimits } from '../../../src/entitlements/usage/may-start.ts';
import { UserError } from '../../../src/errors.ts';
import { JobStore } from '../../../src/jobs/store.ts';
import { open, plan } from '../../jobs/setup.ts';

const NOW = Date.UTC(2026, 10, 21);
const ACCOUNT = 4711;
const INSTALLATION = 3;

/** An account with 10 minutes a month and one plan at a time, of which `usedMinutes` are used. */
function openLimits(usedMinutes = 0, facts: Partial<SubscriptionFacts> = {}) {
  const { db } = open();
  const accounts = new AccountStore(db);
  accounts.remember({ id: ACCOUNT, login: 'acme', installation: INSTALLATION }, 0);
  db.prepare(
    `INSERT INTO usage (run, account, repository, install_seconds, test_seconds, finished_at)
     VALUES ('r', ?, 'acme/shop', 0, ?, ?)`,
  ).run(ACCOUNT, usedMinutes * 60, NOW);
  const limits = new UsageLimits(
    { plans: [{ key: 'team', minutes: 10, concurrency: 1 }], graceMs: 0 },
    {
      ledger: new UsageLedger(db),
      accounts,
      subscriptionOf: () => ({ ...NO_SUBSCRIPTION, status: 'active', plan: 'team', ...facts }),
    },
  );
  const jobs = new JobStore(db, v7, (_queue, installation, now) => limits.mayClaim(installation, now));
  return { limits, jobs };
}

function refusalOf(act: () => void): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('Nothing was refused.');
}

const claim = (jobs: JobStore) => jobs.claim('plan', 'me', NOW, 1_000);

describe('the queue', () => {
  test('starts no more plans of an account than its subscription includes; the next when one ends', () => {
    const { jobs } = openLimits();
    const two = [plan({ installation: INSTALLATION }), plan({ installation: INSTALLATION, pull: 2 })];
    const [first, second] = jobs.enqueue(two, NOW);
    expect(claim(jobs)?.id).toBe(first?.id);
    expect(claim(jobs)).toBeNull();
    jobs.finish(first?.id ?? '', 'me', NOW);
    expect(claim(jobs)?.id).toBe(second?.id);
  });

  test('gives the turn to other accounts meanwhile', () => {
    const { jobs } = openLimits();
    jobs.enqueue([plan({ installation: INSTALLATION }), plan({ installation: INSTALLATION, pull: 2 })], NOW);
    jobs.enqueue([plan({ installation: 99, repository: 'other/one' })], NOW);
    expect([claim(jobs), claim(jobs), claim(jobs)].map((job) => job?.installation)).toEqual([
      INSTALLATION,
      99,
      undefined,
    ]);
  });

  test('lets a plan without minutes start, so that it can say so', () => {
    const { jobs } = openLimits(10);
    jobs.enqueue([plan({ installation: INSTALLATION })], NOW);
    expect(claim(jobs)).not.toBeNull();
  });
});

describe('minutes', () => {
  test('all used: a plan ends with what was included, and when there are new ones', () => {
    const { limits } = openLimits(10);
    expect(() => limits.requireMinutes(INSTALLATION, NOW)).toThrow(UserError);
    expect(() => limits.requireMinutes(INSTALLATION, NOW)).toThrow('The 10 sandbox minutes');
    expect(() => limits.requireMinutes(INSTALLATION, Date.UTC(2026, 11, 1))).not.toThrow();
  });

  test('all used while a payment is overdue: the next month brings none, the payment does', () => {
    const { limits } = openLimits(10, { status: 'past_due', graceUntil: NOW + 1 });
    const ended = refusalOf(() => limits.requireMinutes(INSTALLATION, NOW));
    expect(ended.next).toBe('A payment is overdue: there are new ones once it is made.');
  });

  test('some left', () => {
    const { limits } = openLimits(9.5);
    expect(() => limits.requireMinutes(INSTALLATION, NOW)).not.toThrow();
    expect(limits.inWords(INSTALLATION, NOW)).toBe('9.5 of 10 sandbox minutes used this month');
  });

  test('an account that is not known has no limits here', () => {
    const { limits } = openLimits(10);
    expect(() => limits.requireMinutes(99, NOW)).not.toThrow();
    expect(limits.inWords(99, NOW)).toBeNull();
  });
});
