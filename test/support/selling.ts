/** A whole Codex that sells plans by a local Stripe, to the account of acme. */
import { z } from 'zod';
import { startWorld, type World } from './codex.ts';
import { codexctl } from './codexctl.ts';
import type { LocalEvent } from './local-stripe/objects.ts';
import { API_KEY, type ServedStripe, signed, startLocalStripe } from './local-stripe/start.ts';

const SECRET = 'whsec_0123456789abcdef0123456789abcdef';

const user = z.object({ id: z.int() });

export interface Selling {
  readonly world: World;
  readonly served: ServedStripe;
  /** What Codex was started with besides what every world has. */
  readonly environment: Readonly<Record<string, string>>;
  /** Posts an event as Stripe does, signed; gives the status of the answer. */
  deliver(event: LocalEvent): Promise<number>;
  /** Delivers Stripe's latest event, and waits until Codex has asked what it points at. */
  tell(): Promise<void>;
  /** The account of acme has this plan and no other, and Codex knows. */
  subscribe(plan: string): Promise<void>;
  /** What it has becomes this, and Codex knows. */
  setStatus(status: string): Promise<void>;
  /** What `codexctl` prints. */
  codexctl(...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** `team` includes `codex.plan`, and `pro` also `codex.pr`; 600 minutes and one plan at a time. */
export async function startSelling(more: Readonly<Record<string, string>> = {}): Promise<Selling> {
  const served = await startLocalStripe();
  const { stripe } = served;
  stripe.now = Math.floor(Date.now() / 1000);
  stripe.addPrice('team', ['codex.plan']);
  stripe.addPrice('pro', ['codex.plan', 'codex.pr']);
  const environment = {
    CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET: SECRET,
    CODEX_BILLING_STRIPE_API_KEY: API_KEY,
    CODEX_BILLING_STRIPE_API_URL: served.url,
    CODEX_BILLING_PLANS: 'team=600/1,pro=600/1',
    CODEX_PUBLIC_URL: 'http://codex.example',
    ...more,
  };
  const world = await startWorld(environment);
  await world.log.find('the accounts that have the App are known');
  const { id } = user.parse(await world.github.as('acme', 'GET', '/user'));
  const metadata = { github_account_id: String(id) };
  const selling: Selling = {
    world,
    served,
    environment,
    async deliver(event) {
      const { body, signature } = signed(event, SECRET, Date.now());
      const headers = { 'stripe-signature': signature, 'content-type': 'application/json' };
      const url = `${world.url}/webhooks/stripe`;
      return (await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })).status;
    },
    async tell() {
      const event = latestOf(stripe);
      await selling.deliver(event);
      await world.log.find('a customer was looked up in Stripe', { event: event.id });
    },
    async subscribe(plan) {
      const [customer = stripe.addCustomer(metadata)] = stripe.customers.values();
      for (const { id } of stripe.subscriptionsOf(customer.id)) stripe.setStatus(id, 'canceled');
      stripe.subscribe(customer.id, plan);
      await selling.tell();
    },
    async setStatus(status) {
      const subscription = [...stripe.subscriptions.values()].at(-1);
      if (!subscription) throw new Error('Nobody has subscribed.');
      stripe.setStatus(subscription.id, status);
      await selling.tell();
    },
    async codexctl(...args) {
      return (await codexctl(args, { ...environment, CODEX_DATA_DIR: world.dataDir })).all;
    },
    async close() {
      await world.close();
      await served.close();
    },
  };
  return selling;
}

/** Stripe's latest event. */
export function latestOf({ events }: ServedStripe['stripe']): LocalEvent {
  const latest = events.at(-1);
  if (!latest) throw new Error('Nothing happened in Stripe yet.');
  return latest;
}
