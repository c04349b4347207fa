import { describe, expect, test } from '@jest/globals';
import { jobsForStripe } from '../../../src/entitlements/stripe/events.ts';
import { NO_SUBSCRIPTION } from '../../../src/entitlements/subscription.ts';
import { UserError } from '../../../src/errors.ts';
import { ACCOUNT, GRACE, OF_ACCOUNT, startBillingSide } from './setup.ts';

/** In seconds. */
const MONTH = 30 * 24 * 60 * 60;

describe('an event makes Codex ask Stripe', () => {
  test('what Stripe answers are the facts, with the event and the time', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'pro');
    const last = stripe.events.at(-1);
    await receive([last]);
    expect(facts()).toEqual({
      status: 'active',
      plan: 'pro',
      entitlements: ['codex.plan', 'codex.pr'],
      eventId: last?.id,
      asOf: expect.any(Number),
      graceUntil: null,
    });
  });

  test('what the event says is not believed: created, updated and deleted in the wrong order', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    const { id } = stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team', 'incomplete');
    stripe.setStatus(id, 'active');
    stripe.setStatus(id, 'canceled');
    await receive(stripe.events.toReversed());
    expect(facts()).toMatchObject({ status: 'canceled', entitlements: [] });
  });

  test('one request for all events that came before it', async () => {
    const { stripe, run, results, requests, now } = await startBillingSide();
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    const arrived = now();
    const jobs = stripe.events.flatMap((event) => jobsForStripe(event).jobs);
    for (const job of jobs) await run(job, arrived);
    expect(results).toEqual(['changed', 'fresh', 'fresh']);
    expect(requests.filter((request) => request.startsWith('GET /v1/customers/'))).toHaveLength(1);
  });

  test('a thin event of a subscription: its customer is asked about', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    const subscription = stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    await receive([
      {
        id: 'evt_thin',
        object: 'v2.core.event',
        type: 'v1.customer.subscription.updated',
        related_object: { id: subscription.id, type: 'subscription', url: '/v1/subscriptions/x' },
      },
    ]);
    expect(facts()).toMatchObject({ status: 'active', eventId: 'evt_thin' });
  });

  test('events about other things, or about nobody, are left alone', () => {
    expect(jobsForStripe({ object: 'event', id: 'evt_1', type: 'payout.paid', data: {} }).jobs).toEqual([]);
    const nobody = {
      object: 'event',
      id: 'evt_1',
      type: 'invoice.paid',
      data: { object: { customer: null } },
    };
    expect(jobsForStripe(nobody)).toEqual({ jobs: [], ignored: 'the event names no customer' });
    expect(jobsForStripe(null).jobs).toEqual([]);
  });
});

describe('whose subscription it is', () => {
  test('a customer without an account: logged and counted, and nobody may anything', async () => {
    const { stripe, receive, results, log, facts } = await startBillingSide();
    stripe.subscribe(stripe.addCustomer({ github_account_id: 'acme' }).id, 'pro');
    await receive(stripe.events.slice(-1));
    expect(results).toEqual(['unlinked']);
    await log.find('names no GitHub account');
    expect(facts()).toEqual(NO_SUBSCRIPTION);
  });

  test("the subscription's metadata says it where the customer's does not", async () => {
    const { stripe, receive, facts } = await startBillingSide();
    stripe.subscribe(stripe.addCustomer().id, 'team', 'active', OF_ACCOUNT);
    await receive(stripe.events.slice(-1));
    expect(facts().status).toBe('active');
  });

  test('a deleted customer has nothing, and stays the account’s', async () => {
    const { stripe, receive, facts, customers } = await startBillingSide();
    const { id } = stripe.addCustomer(OF_ACCOUNT);
    stripe.subscribe(id, 'team');
    await receive(stripe.events);
    stripe.deleteCustomer(id);
    await receive(stripe.events.slice(-1));
    expect(facts()).toMatchObject({ status: 'none', entitlements: [] });
    expect(customers.get(id)).toMatchObject({ account: ACCOUNT, state: { deleted: true } });
  });
});

describe('what counts of several', () => {
  test('two subscriptions of one account: the better status, whichever is younger', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    const { id } = stripe.addCustomer(OF_ACCOUNT);
    stripe.subscribe(id, 'team');
    stripe.subscribe(id, 'pro', 'canceled');
    await receive(stripe.events.slice(-1));
    expect(facts()).toMatchObject({ status: 'active', plan: 'team' });
  });

  test('two of one status: the larger plan', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    const { id } = stripe.addCustomer(OF_ACCOUNT);
    stripe.subscribe(id, 'pro');
    stripe.subscribe(id, 'team');
    await receive(stripe.events.slice(-1));
    expect(facts().plan).toBe('pro');
  });

  test('duplicate customers: what a paused one keeps does not pass through the active one', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'pro', 'paused');
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    await receive(stripe.events);
    expect(facts()).toMatchObject({ status: 'active', plan: 'team', entitlements: ['codex.plan'] });
  });

  test('nor through another subscription of the same customer, whose entitlements Stripe lists as one', async () => {
    const { stripe, receive, facts, requests } = await startBillingSide();
    const { id } = stripe.addCustomer(OF_ACCOUNT);
    const pro = stripe.subscribe(id, 'pro');
    stripe.subscribe(id, 'team');
    await receive(stripe.events.slice(-1));
    expect(facts()).toMatchObject({ status: 'active', entitlements: ['codex.plan', 'codex.pr'] });
    expect(requests.filter((request) => request.includes('/features'))).toEqual([]);

    for (const status of ['trialing', 'past_due']) {
      stripe.setStatus(pro.id, status);
      await receive(stripe.events.slice(-1));
      expect(facts()).toMatchObject({ plan: 'team', entitlements: ['codex.plan', 'codex.pr'] });
    }
    expect(facts(stripe.now * 1000 + GRACE).entitlements).toEqual(['codex.plan']);

    stripe.setStatus(pro.id, 'paused');
    await receive(stripe.events.slice(-1));
    expect(stripe.entitlementsOf(id)).toContain('codex.pr');
    expect(facts()).toMatchObject({ status: 'active', plan: 'team', entitlements: ['codex.plan'] });
  });
});

describe('states of a subscription', () => {
  test('paused: Stripe leaves the entitlement, and the status says so beside it', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    const { id } = stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    stripe.setStatus(id, 'paused');
    await receive(stripe.events.slice(-1));
    expect(facts()).toMatchObject({ status: 'paused', entitlements: ['codex.plan'] });
  });

  test('past due: it counts until the grace since the unpaid invoice ends', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    const { id } = stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    stripe.now += MONTH;
    const unpaidAt = stripe.now;
    stripe.setStatus(id, 'past_due');
    await receive(stripe.events.slice(-1));
    expect(facts()).toMatchObject({ status: 'past_due', graceUntil: unpaidAt * 1000 + GRACE });
  });

  test("past due for longer: a new period's invoice does not begin the grace again", async () => {
    const { stripe, receive, facts } = await startBillingSide();
    const { id } = stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    stripe.now += MONTH;
    const unpaidAt = stripe.now;
    stripe.setStatus(id, 'past_due');
    stripe.now += MONTH;
    stripe.setStatus(id, 'past_due');
    await receive(stripe.events.slice(-1));
    expect(facts().graceUntil).toBe(unpaidAt * 1000 + GRACE);
  });

  test('past due again: the grace is since the new invoice, though nobody told of the payment between', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    const { id } = stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team');
    stripe.setStatus(id, 'past_due');
    await receive(stripe.events.slice(-1));
    stripe.setStatus(id, 'active');
    stripe.now += MONTH;
    const unpaidAt = stripe.now;
    stripe.setStatus(id, 'past_due');
    await receive(stripe.events.slice(-1));
    expect(facts().graceUntil).toBe(unpaidAt * 1000 + GRACE);
  });

  test('a status that is not known here is no known one', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team', 'hibernating');
    await receive(stripe.events.slice(-1));
    expect(facts().status).toBe('unknown');
  });

  test('a product that Codex does not sell counts for nothing, and is logged', async () => {
    const { stripe, receive, facts, log } = await startBillingSide();
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 't-shirt');
    await receive(stripe.events.slice(-1));
    expect(facts()).toMatchObject({ status: 'unknown', plan: null });
    await log.find('subscriptions to what Codex does not sell');
  });

  test('more than ten, and more than a page of, entitlements', async () => {
    const { stripe, receive, facts } = await startBillingSide();
    const features = Array.from({ length: 150 }, (_, index) => `feature-${String(index).padStart(3, '0')}`);
    stripe.features.set('pro', features);
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'pro');
    await receive(stripe.events.slice(-1));
    expect(facts().entitlements).toEqual(features);
  });
});

describe('when Stripe does not answer as it should, what was known stays, with its age', () => {
  const nonsense = { status: 200, body: { id: 'cus_1', object: 'customer', metadata: 'none' } };
  const html = { status: 200, body: '<html>' };
  const down = { status: 500, body: { error: { type: 'api_error', message: 'down' } } };

  async function subscribed() {
    const side = await startBillingSide();
    const { id } = side.stripe.addCustomer(OF_ACCOUNT);
    side.stripe.subscribe(id, 'team');
    await side.receive(side.stripe.events.slice(-1));
    return { ...side, id };
  }

  test.each([
    ['nonsense', [nonsense]],
    ['a page of HTML', [html]],
    ['errors', [down, down, down]],
    ['nothing: closed connections', [null, null, null]],
  ])('%s', async (_what, faults) => {
    const { stripe, receive, facts, failNext, customers, id } = await subscribed();
    const before = facts();
    stripe.setStatus([...stripe.subscriptions.keys()][0] ?? '', 'canceled');
    failNext(...faults);
    await expect(receive(stripe.events.slice(-1))).rejects.toThrow();
    expect(facts()).toEqual(before);
    expect(customers.dirty()).toEqual([id]);
    await receive(stripe.events.slice(-1));
    expect(facts().status).toBe('canceled');
    expect(customers.dirty()).toEqual([]);
  });

  test('too many requests: tried again when Stripe says', async () => {
    const { stripe, receive, failNext } = await subscribed();
    const limited = {
      status: 429,
      headers: { 'retry-after': '77', 'stripe-should-retry': 'false' },
      body: { error: { type: 'invalid_request_error', message: 'Too many requests' } },
    };
    failNext(limited);
    await expect(receive(stripe.events.slice(-1))).rejects.toMatchObject({ retryAfterMs: 77_000 });
  });

  test('a customer that Stripe does not know: said once, as a wrong key is likely', async () => {
    const { receive } = await subscribed();
    const stranger = { object: 'customer', id: 'cus_stranger' };
    const event = { object: 'event', id: 'evt_x', type: 'customer.updated', data: { object: stranger } };
    await expect(receive([event])).rejects.toThrow(UserError);
  });
});
