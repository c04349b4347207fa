import { describe, expect, test } from '@jest/globals';
import { listMissedEvents, listSubscriptions } from '../../../src/entitlements/stripe/client.ts';
import { STRIPE_EVENTS } from '../../../src/entitlements/stripe/events.ts';
import { reconcile, retryDirty } from '../../../src/entitlements/stripe/reconcile.ts';
import type { NewJob } from '../../../src/jobs/job.ts';
import { createLog } from '../../../src/log.ts';
import { OF_ACCOUNT, PLANS, startBillingSide } from './setup.ts';

async function startReconciling(received: (event: string) => boolean = () => true) {
  const side = await startBillingSide();
  const { client, customers, log } = side;
  const jobs: NewJob[] = [];
  const found: unknown[] = [];
  const deps = {
    customers,
    plans: PLANS,
    missedEvents: (since: number) => listMissedEvents(client, STRIPE_EVENTS, since),
    subscriptions: () => listSubscriptions(client),
    received,
    enqueue: (given: readonly NewJob[]) => jobs.push(...given) && given.length,
    onFound: (each: unknown) => found.push(each),
    log: createLog('info', log),
    now: side.now,
  };
  return {
    ...side,
    jobs,
    found,
    look: () => reconcile(deps, new AbortController().signal),
    lookAtDirty: () => retryDirty(deps),
  };
}

describe('reconciliation', () => {
  test('finds events that never came, and what they point at is fetched', async () => {
    const { stripe, look, jobs, found, run, facts } = await startReconciling(() => false);
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    await look();
    expect(found).toEqual([{ missed: stripe.events.length, differing: 1 }]);
    for (const job of jobs) await run(job);
    expect(facts().status).toBe('active');
  });

  test('finds a subscription that changed with no event kept: logged, counted, fetched', async () => {
    const { stripe, look, jobs, found, receive, run, facts, log } = await startReconciling();
    const subscription = stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    await receive(stripe.events);
    subscription.status = 'unpaid';
    await look();
    expect(found).toEqual([{ missed: 0, differing: 1 }]);
    await log.find('Stripe had news that no webhook brought');
    for (const job of jobs) await run(job);
    expect(facts()).toMatchObject({ status: 'unpaid', eventId: null });
  });

  test('finds nothing where everything is as it is kept, deleted customers included', async () => {
    const { stripe, look, jobs, found, receive } = await startReconciling();
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    const { id } = stripe.addCustomer();
    stripe.subscribe(id, 'pro', 'past_due');
    stripe.deleteCustomer(id);
    await receive(stripe.events);
    await look();
    expect(found).toEqual([{ missed: 0, differing: 0 }]);
    expect(jobs).toEqual([]);
  });

  test('looks through more than a page of subscriptions', async () => {
    const { stripe, look, found } = await startReconciling();
    for (let count = 0; count < 130; count++) stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    await look();
    expect(found).toEqual([{ missed: 0, differing: 130 }]);
  });

  test('rejects where Stripe is down, and comes again as every chore', async () => {
    const { look, failNext } = await startReconciling();
    failNext(null, null, null);
    await expect(look()).rejects.toThrow();
  });

  test('asks again about customers that Stripe did not answer about', async () => {
    const { customers, lookAtDirty, jobs } = await startReconciling();
    customers.markDirty('cus_1', 1);
    lookAtDirty();
    expect(jobs).toMatchObject([{ payload: { target: { type: 'customer', id: 'cus_1' }, event: null } }]);
  });
});
