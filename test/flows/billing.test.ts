/** From a link to a subscription: over the real server, by a local Stripe's Checkout and its signed events. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { AccountStore } from '../../src/entitlements/accounts.ts';
import { CustomerStore } from '../../src/entitlements/stripe/store.ts';
import type { SubscriptionFacts } from '../../src/entitlements/subscription.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { startWorld, type World } from '../support/codex.ts';
import { API_KEY, type ServedStripe, signed, startLocalStripe } from '../support/local-stripe/start.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const SECRET = 'whsec_0123456789abcdef0123456789abcdef';

let served: ServedStripe;
let world: World;
let db: Db;
let environment: Record<string, string>;

beforeAll(async () => {
  served = await startLocalStripe();
  served.stripe.now = Math.floor(Date.now() / 1000);
  served.stripe.addPrice('team', ['codex.plan']);
  environment = {
    CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET: SECRET,
    CODEX_BILLING_STRIPE_API_KEY: API_KEY,
    CODEX_BILLING_STRIPE_API_URL: served.url,
    CODEX_BILLING_PLANS: 'team=600/2',
    CODEX_PUBLIC_URL: 'http://codex.example',
  };
  world = await startWorld(environment);
  db = openDatabase(join(world.dataDir, 'codex.db'));
});
afterAll(async () => {
  db.close();
  await world.close();
  await served.close();
});

async function linkFor(owner: string, name: string): Promise<string> {
  await world.log.find('the accounts that have the App are known');
  const env = { ...environment, CODEX_DATA_DIR: world.dataDir, NODE_OPTIONS: '' };
  const { stdout } = await execa(process.execPath, [CLI, 'billing', 'link', owner], { env });
  const link = new RegExp(`^${name}: +(\\S+)`, 'm').exec(stdout)?.[1] ?? '';
  return link.replace('http://codex.example', world.url);
}

async function deliver(event: object): Promise<number> {
  const { body, signature } = signed(event, SECRET, Date.now());
  const headers = { 'stripe-signature': signature, 'content-type': 'application/json' };
  const { status } = await fetch(`${world.url}/webhooks/stripe`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  return status;
}

/** What is known of `acme` once Stripe was asked for the sake of the latest event. */
async function factsAfterEvents(): Promise<SubscriptionFacts> {
  await world.log.find('a customer was looked up in Stripe', { event: served.stripe.events.at(-1)?.id });
  const { id = 0 } = new AccountStore(db).byLogin('acme') ?? {};
  return new CustomerStore(db, { plans: ['team'], graceMs: 0 }).facts(id);
}

describe('somebody subscribes', () => {
  test('by the link, Checkout and the event of Stripe', async () => {
    const { status, headers } = await fetch(await linkFor('acme', 'Subscribe'), { redirect: 'manual' });
    expect(status).toBe(303);
    const paid = await fetch(headers.get('location') ?? '', { redirect: 'manual' });
    expect(paid.headers.get('location')).toBe('http://codex.example/billing/done');
    const completed = served.stripe.events.at(-1) ?? {};
    expect(await deliver(completed)).toBe(202);
    expect(await deliver(completed)).toBe(202);
    expect(await factsAfterEvents()).toMatchObject({
      status: 'active',
      plan: 'team',
      entitlements: ['codex.plan'],
    });
  });

  test('and leaves: the portal, and the event', async () => {
    const { headers } = await fetch(await linkFor('acme', 'Manage'), { redirect: 'manual' });
    expect(headers.get('location')).toContain('/portal/cus_');
    const [subscription] = served.stripe.subscriptions.keys();
    served.stripe.setStatus(subscription ?? '', 'canceled');
    await deliver(served.stripe.events.at(-1) ?? {});
    expect(await factsAfterEvents()).toMatchObject({ status: 'canceled', entitlements: [] });
  });

  test('what happened while Codex was down is found at its start, with no event delivered', async () => {
    await world.stop();
    const [customer] = served.stripe.customers.keys();
    served.stripe.subscribe(customer ?? '', 'team', 'trialing');
    await world.start();
    expect(await factsAfterEvents()).toMatchObject({ status: 'trialing' });
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    expect(metrics).toMatch(/codex_stripe_found_total\{what="missed"\} [1-9]/);
  });
});

describe('the pages', () => {
  test('thank, load nothing and cannot be framed', async () => {
    const answer = await fetch(`${world.url}/billing/done`);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await answer.text()).toContain('<h1>Thank you</h1>');
  });

  test('a link that was tampered with is refused, and a look at it with HEAD opens nothing', async () => {
    const sessions = served.stripe.sessions.size;
    const link = await linkFor('acme', 'Subscribe');
    expect((await fetch(`${link}x`)).status).toBe(403);
    expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
    expect(served.stripe.sessions.size).toBe(sessions);
  });
});

test('a forged event is refused, and nothing is stored', async () => {
  const { body } = signed({ id: 'evt_forged', object: 'event', type: 'invoice.paid' }, SECRET, Date.now());
  const headers = { 'stripe-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` };
  const answer = await fetch(`${world.url}/webhooks/stripe`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  expect(answer.status).toBe(401);
  expect(db.prepare("SELECT 1 FROM inbox WHERE delivery = 'evt_forged'").get()).toBeUndefined();
});
