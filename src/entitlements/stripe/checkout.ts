/** What opening Checkout and the portal asks of Stripe. Every creation can be repeated: it has an idempotency key. */
import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { z } from 'zod';
import { ACCOUNT_KEY } from './state.ts';

/** A person waits: one try more, and no longer than this in milliseconds. */
const PATIENT = { timeout: 4_000, maxNetworkRetries: 1 };

const withId = z.object({ id: z.string() });
const withUrl = z.object({ url: z.url({ protocol: /^https?$/ }) });
const prices = z.object({
  data: z.array(z.object({ id: z.string(), recurring: z.object({ usage_type: z.string() }).nullable() })),
});

export interface Buyer {
  /** GitHub's numeric id. */
  readonly account: number;
  readonly login: string;
  /** How many customers the account has had before. */
  readonly others: number;
}

/** Creates the customer of an account and resolves to its id; called again within a day, to the same one. */
export async function createCustomer(stripe: Stripe, { account, login, others }: Buyer): Promise<string> {
  const created = await stripe.customers.create(
    { name: login, metadata: metadataOf(account) },
    { ...PATIENT, idempotencyKey: keyOf('customer', [String(account), login, String(others)]) },
  );
  return withId.parse(created).id;
}

export interface Purchase {
  readonly account: number;
  readonly customer: string;
  /** The lookup key of the price. */
  readonly plan: string;
  /** Of the link that was opened: opened again, it leads to the same session. */
  readonly token: string;
  readonly publicUrl: string;
}

/** Resolves to the address of a Checkout session, or null where no active price has the plan's lookup key. */
export async function openCheckout(stripe: Stripe, purchase: Purchase): Promise<string | null> {
  const { account, customer, plan, token, publicUrl } = purchase;
  const found = prices.parse(
    await stripe.prices.list({ lookup_keys: [plan], active: true, limit: 1 }, PATIENT),
  );
  const [price] = found.data;
  if (!price) return null;
  const quantity = price.recurring?.usage_type === 'metered' ? {} : { quantity: 1 };
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'subscription',
      customer,
      client_reference_id: String(account),
      line_items: [{ price: price.id, ...quantity }],
      metadata: metadataOf(account),
      subscription_data: { metadata: metadataOf(account) },
      success_url: `${publicUrl}/billing/done`,
      cancel_url: `${publicUrl}/billing/canceled`,
    },
    { ...PATIENT, idempotencyKey: keyOf('checkout', [token, customer, price.id]) },
  );
  return withUrl.parse(session).url;
}

/** Resolves to the address of a session of Stripe's customer portal. */
export async function openPortal(stripe: Stripe, customer: string, publicUrl: string): Promise<string> {
  const session = await stripe.billingPortal.sessions.create(
    { customer, return_url: `${publicUrl}/billing/done` },
    PATIENT,
  );
  return withUrl.parse(session).url;
}

function metadataOf(account: number): Record<string, string> {
  return { [ACCOUNT_KEY]: String(account) };
}

/** The same for the same parts. */
function keyOf(what: string, parts: readonly string[]): string {
  return `codex-${what}-${createHash('sha256').update(parts.join('\n')).digest('hex')}`;
}
