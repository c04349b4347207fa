/** The only caller of Stripe's API for what Stripe knows. Every answer is parsed; every call ends in time. */
import Stripe from 'stripe';
import type { Secret } from '../../redact.ts';
import {
  customer,
  entitlement,
  feature,
  invoice,
  type StripeAnswer,
  type StripeInvoice,
  subscriber,
  subscription,
} from './answer.ts';

/** Milliseconds a call may take; the SDK tries again twice. */
const TIMEOUT = 10_000;
const PAGE = 100;
/** More of one customer's objects than this are nonsense. */
const MOST = 10_000;

export function createStripe(apiKey: Secret, apiUrl: string): Stripe {
  const { protocol, hostname, port } = new URL(apiUrl);
  return new Stripe(apiKey.reveal(), {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
    timeout: TIMEOUT,
    maxNetworkRetries: 2,
    telemetry: false,
  });
}

/** Everything Stripe says of a customer. Rejects when Stripe fails or answers nonsense. */
export async function fetchCustomer(stripe: Stripe, id: string): Promise<StripeAnswer> {
  const found = customer.parse(await stripe.customers.retrieve(id));
  if (found.deleted) return { deleted: true };
  const [subscriptions, entitlements] = await Promise.all([
    stripe.subscriptions
      .list({ customer: id, status: 'all', limit: PAGE })
      .autoPagingToArray({ limit: MOST }),
    stripe.entitlements.activeEntitlements
      .list({ customer: id, limit: PAGE })
      .autoPagingToArray({ limit: MOST }),
  ]);
  const parsed = subscriptions.map((listed) => subscription.parse(listed));
  const isMixed = new Set(parsed.map(({ status }) => status).filter(entitles)).size > 1;
  return {
    ...found,
    subscriptions: await Promise.all(
      parsed.map(async (each) => ({
        ...each,
        invoices: each.status === 'past_due' ? await listInvoices(stripe, each.id) : [],
        features: isMixed && entitles(each.status) ? await listFeatures(stripe, each.products) : null,
      })),
    ),
    entitlements: entitlements.map((listed) => entitlement.parse(listed)),
  };
}

/** Whether Stripe may list the entitlements of a subscription; it does not say of which one they are. */
function entitles(status: string): boolean {
  return ['active', 'trialing', 'past_due', 'unpaid', 'paused'].includes(status);
}

async function listInvoices(stripe: Stripe, subscriptionId: string): Promise<StripeInvoice[]> {
  const { data } = await stripe.invoices.list({ subscription: subscriptionId, limit: PAGE });
  return data.map((listed) => invoice.parse(listed));
}

async function listFeatures(stripe: Stripe, products: readonly string[]): Promise<string[]> {
  const lists = products.map((id) =>
    stripe.products.listFeatures(id, { limit: PAGE }).autoPagingToArray({ limit: MOST }),
  );
  return (await Promise.all(lists)).flat().map((listed) => feature.parse(listed));
}

/** The id of a subscription's customer. */
export async function customerOf(stripe: Stripe, subscriptionId: string): Promise<string> {
  return subscriber.parse(await stripe.subscriptions.retrieve(subscriptionId));
}

/** The ids of all who have or had a subscription; some more than once. */
export async function* listSubscribers(stripe: Stripe): AsyncGenerator<string> {
  for await (const listed of stripe.subscriptions.list({ status: 'all', limit: PAGE })) {
    yield subscriber.parse(listed);
  }
}

/** Events of these types since `since` (milliseconds) that some endpoint did not take. Newest first. */
export function listMissedEvents(
  stripe: Stripe,
  types: readonly string[],
  since: number,
): AsyncIterable<Stripe.Event> {
  return stripe.events.list({
    types: [...types],
    delivery_success: false,
    created: { gte: Math.floor(since / 1000) },
    limit: PAGE,
  });
}
