import { describe, expect, test } from '@jest/globals';
import { UsageLedger } from '../../../src/entitlements/usage/ledger.ts';
import {
  meterSender,
  type ReportDependencies,
  type ReportResult,
  reportUsage,
} from '../../../src/entitlements/usage/report.ts';
import { createLog } from '../../../src/log.ts';
import type { PlanRequest } from '../../../src/plan/request-schema.ts';
import { RunStore } from '../../../src/plan/runs.ts';
import { planRequest } from '../../plan/setup.ts';
import { runRecord } from '../../support/records.ts';
import { ACCOUNT, OF_ACCOUNT, startBillingSide } from '../stripe/setup.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const ENDED = Date.UTC(2026, 10, 21);
const INSTALLATION = 3;

/** An account that pays, and a run of its that took 12 s to install and 30.2 s to test. */
async function startReporting() {
  const side = await startBillingSide();
  const ledger = new UsageLedger(side.db);
  const runs = new RunStore(side.db);
  const results: ReportResult[] = [];
  side.accounts.remember({ id: ACCOUNT, login: 'acme', installation: INSTALLATION }, 0);
  const customer = side.stripe.addCustomer(OF_ACCOUNT).id;
  await side.receive(side.stripe.events);
  const clock = { now: ENDED };
  const report = (more: Partial<ReportDependencies> = {}) =>
    reportUsage(
      {
        ledger,
        send: meterSender(side.client, 'sandbox_seconds'),
        onResult: (result) => results.push(result),
        log: createLog('silent'),
        now: () => clock.now,
        ...more,
      },
      new AbortController().signal,
    );
  const finish = (id: string, request: Partial<PlanRequest> = {}) => {
    runs.create(id, planRequest({ installation: INSTALLATION, ...request }), ENDED);
    const phases = { source: 1, install: 12, test: 30.2, attribute: 5 };
    runs.finish(id, runRecord({ id, phases }), ENDED);
  };
  return { ...side, ledger, reported: results, customer, clock, report, finish };
}

/** Codex is killed before it stores that a run was reported. */
class DyingLedger extends UsageLedger {
  override reported(): void {
    throw new Error('killed');
  }
}

describe('the ledger', () => {
  test('has a run once, with install and test apart, from the moment of its verdict', async () => {
    const { finish, ledger } = await startReporting();
    finish('run-1');
    finish('run-1');
    expect(ledger.usedSeconds(ACCOUNT, ENDED)).toBeCloseTo(42.2);
    expect(ledger.usedSeconds(ACCOUNT, ENDED + 1)).toBe(0);
    expect(ledger.byAccount(0, ENDED + 1)).toEqual([
      { account: ACCOUNT, login: 'acme', runs: 1, installSeconds: 12, testSeconds: 30.2, unreported: 1 },
    ]);
  });

  test('a run of an account that is not known is in it, and owed by nobody', async () => {
    const { finish, ledger } = await startReporting();
    finish('another', { installation: 99 });
    expect(ledger.outbox(10)).toEqual([]);
    expect(ledger.byAccount(0, ENDED + 1)).toMatchObject([{ account: null, runs: 1 }]);
  });

  test("a run by one installation's token is its account's; a local run is nobody's", async () => {
    const { accounts, finish, ledger } = await startReporting();
    accounts.remember({ id: 99, login: 'token', installation: 0 }, 0);
    finish('by token', { installation: 0 });
    finish('local', { installation: 0, repositoryId: 0 });
    expect(ledger.byAccount(0, ENDED + 1)).toMatchObject([
      { account: null, runs: 1 },
      { account: 99, runs: 1 },
    ]);
  });
});

describe('a run reaches the meter exactly once', () => {
  test('whole seconds, rounded up, under the id of the run', async () => {
    const { finish, report, stripe, customer } = await startReporting();
    finish('run-1');
    await report();
    await report();
    expect(stripe.meterEvents).toEqual([
      {
        identifier: 'run-1',
        event_name: 'sandbox_seconds',
        timestamp: ENDED / 1000,
        payload: { stripe_customer_id: customer, value: '43' },
      },
    ]);
  });

  test('for the customer that pays, of two', async () => {
    const { finish, report, stripe, receive } = await startReporting();
    const { id } = stripe.addCustomer(OF_ACCOUNT);
    stripe.subscribe(id, 'team');
    await receive(stripe.events);
    finish('run-1');
    await report();
    expect(stripe.meterEvents[0]?.payload.stripe_customer_id).toBe(id);
  });

  test('though the answer was lost: sent again, and Stripe knows it', async () => {
    const { finish, report, stripe, loseAnswers, reported } = await startReporting();
    finish('run-1');
    loseAnswers(true);
    await report();
    loseAnswers(false);
    await report();
    expect(stripe.meterEvents).toHaveLength(1);
    expect(reported).toEqual(['failed', 'reported']);
  });

  test('though Codex died between sending and storing', async () => {
    const { finish, report, stripe, db, ledger } = await startReporting();
    finish('run-1');
    const dying = report({ ledger: new DyingLedger(db) });
    await expect(dying).rejects.toThrow('killed');
    await report();
    expect(stripe.meterEvents).toHaveLength(1);
    expect(ledger.outbox(10)).toEqual([]);
  });

  test('not again after a day without an answer: whether Stripe has it is for an operator to see', async () => {
    const { finish, report, stripe, loseAnswers, clock, ledger, reported } = await startReporting();
    finish('run-1');
    loseAnswers(true);
    await report();
    loseAnswers(false);
    clock.now += DAY;
    await report();
    expect(reported).toEqual(['failed', 'given up']);
    expect(stripe.meterEvents).toHaveLength(1);
    expect(ledger.outbox(10)).toEqual([]);
  });
});

describe('what Stripe does not take', () => {
  const noMeter = {
    status: 400,
    body: { error: { type: 'invalid_request_error', message: 'No active meter found' } },
  };

  test('refused, days on end: sent when it is taken, for it never arrived', async () => {
    const { finish, report, failNext, clock, reported, stripe } = await startReporting();
    finish('run-1');
    failNext(noMeter);
    await report();
    clock.now += 3 * DAY;
    await report();
    expect(reported).toEqual(['refused', 'reported']);
    expect(stripe.meterEvents).toHaveLength(1);
  });

  test('one refused run does not hold up the others', async () => {
    const { finish, report, failNext, reported } = await startReporting();
    finish('run-1');
    finish('run-2');
    failNext(noMeter);
    await report();
    expect(reported).toEqual(['refused', 'reported']);
  });

  test('with a key that Stripe refuses, the others are not tried', async () => {
    const { finish, report, failNext, reported } = await startReporting();
    finish('run-1');
    finish('run-2');
    failNext({ status: 401, body: { error: { type: 'invalid_request_error', message: 'Invalid API Key' } } });
    await report();
    expect(reported).toEqual(['failed']);
  });

  test('older than Stripe takes: given up, not sent', async () => {
    const { finish, report, clock, reported, stripe } = await startReporting();
    finish('run-1');
    clock.now += 35 * DAY;
    await report();
    expect(reported).toEqual(['given up']);
    expect(stripe.meterEvents).toEqual([]);
  });
});
