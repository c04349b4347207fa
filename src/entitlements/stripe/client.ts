/** The only caller of Stripe's API for what Stripe knows. Every answer is parsed; every call ends in time. */
import Stripe from 'stripe';
import type { Secret } from '../../redact.ts';
import { customer, entitlement, type StripeAnswer, type StripeSubscription, subscription } from './answer.ts';

/** Milliseconds a call may take; the SDK tries again twice. */
const TIMEOUT = 10_000;
const PAGE = 100;
/** More of one customer's objects than this are nonsense. */
const MOST = 10_000;
/** For the time that a payment failed. */
const EXPAND = ['data.latest_invoice'];

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
      .list({ customer: id, status: 'all', limit: PAGE, expand: EXPAND })
      .autoPagingToArray({ limit: MOST }),
    stripe.entitlements.activeEntitlements
      .list({ customer: id, limit: PAGE })
      .autoPagingToArray({ limit: MOST }),
  ]);
  return {
    ...found,
    subscriptions: subscriptions.map((listed) => subscription.parse(listed)),
    entitlements: entitlements.map((listed) => entitlement.parse(listed)),
  };
}

/** The id of a subscription's customer. */
export async function customerOf(stripe: Stripe, subscriptionId: string): Promise<string> {
  const found = await stripe.subscriptions.retrieve(subscriptionId, { expand: ['latest_invoice'] });
  return subscription.parse(found).customer;
}

/** Every subscription there is. */
export async function* listSubscriptions(stripe: Stripe): AsyncGenerator<StripeSubscription> {
  for await (const listed of stripe.subscriptions.list({ status: 'all', limit: PAGE, expand: EXPAND })) {
    yield subscription.parse(listed);
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
