import { describe, expect, test } from '@jest/globals';
import { fetchCustomer, listMissedEvents, listSubscribers } from '../../../src/entitlements/stripe/client.ts';
import { STRIPE_EVENTS } from '../../../src/entitlements/stripe/events.ts';
import { daily, reconcile, retryDirty } from '../../../src/entitlements/stripe/reconcile.ts';
import type { NewJob } from '../../../src/jobs/job.ts';
import { createLog } from '../../../src/log.ts';
import type { LocalStripe } from '../../support/local-stripe/local-stripe.ts';
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
    subscribers: () => listSubscribers(client),
    fetchCustomer: (id: string) => fetchCustomer(client, id),
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

  test.each<[string, (side: { stripe: LocalStripe; customer: string }) => void]>([
    ['an entitlement', ({ stripe }) => void stripe.grant('team', ['codex.pr'])],
    ['whose customer it is', ({ stripe, customer }) => void stripe.relabel(customer, {})],
  ])('finds %s that changed alone, with no event kept', async (_what, change) => {
    const { stripe, look, jobs, found, receive, run, facts } = await startReconciling();
    const { id: customer } = stripe.addCustomer(OF_ACCOUNT);
    stripe.subscribe(customer, 'team');
    await receive(stripe.events);
    const before = facts();
    change({ stripe, customer });
    await look();
    expect(found).toEqual([{ missed: 0, differing: 1 }]);
    for (const job of jobs) await run(job);
    expect(facts()).not.toMatchObject({ status: before.status, entitlements: before.entitlements });
    await look();
    expect(found.at(-1)).toEqual({ missed: 0, differing: 0 });
  });

  test('goes on past a customer that Stripe does not know', async () => {
    const { stripe, look, found, customers } = await startReconciling();
    customers.markDirty('cus_0', 1);
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    await look();
    expect(found).toEqual([{ missed: 0, differing: 2 }]);
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

test('what is done daily is done once a day, and after a failure when it is next asked for', async () => {
  const HOUR = 60 * 60_000;
  let [now, tries] = [0, 0];
  const work = daily(
    async () => {
      tries += 1;
      if (tries === 1) throw new Error('Stripe is down');
    },
    () => now,
  );
  const { signal } = new AbortController();
  await expect(work(signal)).rejects.toThrow('Stripe is down');
  for (now = HOUR; now < 25 * HOUR; now += HOUR) await work(signal);
  expect(tries).toBe(2);
  await work(signal);
  expect(tries).toBe(3);
});
