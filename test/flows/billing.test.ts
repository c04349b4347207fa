/** From a link to a subscription: over the real server, by a local Stripe's Checkout and its signed events. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AccountStore } from '../../src/entitlements/accounts.ts';
import { CustomerStore } from '../../src/entitlements/stripe/store.ts';
import type { SubscriptionFacts } from '../../src/entitlements/subscription.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { latestOf, type Selling, startSelling } from '../support/selling.ts';

let selling: Selling;
let db: Db;

beforeAll(async () => {
  selling = await startSelling({ CODEX_BILLING_PLANS: 'team=600/2' });
  db = openDatabase(join(selling.world.dataDir, 'codex.db'));
});
afterAll(async () => {
  db.close();
  await selling.close();
});

async function linkFor(owner: string, name: string): Promise<string> {
  const links = await selling.codexctl('billing', 'link', owner);
  const link = new RegExp(`^${name}: +(\\S+)`, 'm').exec(links)?.[1] ?? '';
  return link.replace('http://codex.example', selling.world.url);
}

/** What is known of `acme` once Stripe was asked for the sake of the latest event. */
async function factsAfterEvents(): Promise<SubscriptionFacts> {
  const { id: event } = latestOf(selling.served.stripe);
  await selling.world.log.find('a customer was looked up in Stripe', { event });
  const { id = 0 } = new AccountStore(db).byLogin('acme') ?? {};
  return new CustomerStore(db, { plans: ['team'], graceMs: 0 }).facts(id, Date.now());
}

describe('somebody subscribes', () => {
  test('by the link, Checkout and the event of Stripe', async () => {
    const { status, headers } = await fetch(await linkFor('acme', 'Subscribe'), { redirect: 'manual' });
    expect(status).toBe(303);
    const paid = await fetch(headers.get('location') ?? '', { redirect: 'manual' });
    expect(paid.headers.get('location')).toBe('http://codex.example/billing/done');
    await selling.tell();
    expect(await factsAfterEvents()).toMatchObject({
      status: 'active',
      plan: 'team',
      entitlements: ['codex.plan'],
    });
  });

  test('and the event that is replayed is answered, and kept once', async () => {
    const replayed = latestOf(selling.served.stripe);
    expect(await selling.deliver(replayed)).toBe(202);
    const kept = db.prepare("SELECT count(*) FROM inbox WHERE provider = 'stripe' AND delivery = ?").pluck();
    expect(kept.get(replayed.id)).toBe(1);
    const jobs = db.prepare("SELECT count(*) FROM jobs WHERE kind = 'stripe_sync' AND delivery = ?").pluck();
    expect(jobs.get(replayed.id)).toBe(1);
  });

  test('and leaves: the portal, and the event', async () => {
    const { headers } = await fetch(await linkFor('acme', 'Manage'), { redirect: 'manual' });
    expect(headers.get('location')).toContain('/portal/cus_');
    const [subscription = ''] = selling.served.stripe.subscriptions.keys();
    selling.served.stripe.setStatus(subscription, 'canceled');
    await selling.tell();
    expect(await factsAfterEvents()).toMatchObject({ status: 'canceled', entitlements: [] });
  });

  test('what happened while Codex was down is found at its start, with no event delivered', async () => {
    const { world, served } = selling;
    await world.stop();
    const [customer = ''] = served.stripe.customers.keys();
    served.stripe.subscribe(customer, 'team', 'trialing');
    await world.start();
    expect(await factsAfterEvents()).toMatchObject({ status: 'trialing' });
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    expect(metrics).toMatch(/codex_stripe_found_total\{what="missed"\} [1-9]/);
  });
});

test('codexctl has no link for an account without the App, and says when one would be known', async () => {
  const answer = await selling.codexctl('billing', 'link', 'nobody');
  expect(answer).toContain('No account nobody has installed the App.');
  expect(answer).toContain('when it starts, and daily');
});

describe('the pages', () => {
  test('thank, load nothing and cannot be framed', async () => {
    const answer = await fetch(`${selling.world.url}/billing/done`);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await answer.text()).toContain('<h1>Thank you</h1>');
  });

  test('a link that was tampered with is refused, and a look at it with HEAD opens nothing', async () => {
    const { sessions } = selling.served.stripe;
    const before = sessions.size;
    const link = await linkFor('acme', 'Subscribe');
    expect((await fetch(`${link}x`)).status).toBe(403);
    expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
    expect(sessions.size).toBe(before);
  });
});

test('a forged event is refused, and nothing is stored', async () => {
  const forged = JSON.stringify({ id: 'evt_forged', object: 'event', type: 'invoice.paid' });
  const headers = { 'stripe-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` };
  const url = `${selling.world.url}/webhooks/stripe`;
  expect((await fetch(url, { method: 'POST', headers, body: forged })).status).toBe(401);
  expect(db.prepare("SELECT 1 FROM inbox WHERE delivery = 'evt_forged'").get()).toBeUndefined();
});
