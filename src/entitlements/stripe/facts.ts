/** What is kept of an account's customers → the facts that decisions read. Pure. */
import { NO_SUBSCRIPTION, type SubscriptionFacts } from '../subscription.ts';
import { type CustomerState, STATUSES, type SubscriptionState } from './state.ts';

export interface KnownCustomer {
  readonly id: string;
  readonly state: CustomerState;
  readonly eventId: string | null;
  /** Milliseconds since the epoch. */
  readonly asOf: number | null;
}

export interface FactsSetting {
  /** Lookup keys, the smallest plan first. */
  readonly plans: readonly string[];
  readonly graceMs: number;
}

const GOOD: ReadonlySet<string> = new Set(['active', 'trialing']);

interface Candidate {
  readonly customer: KnownCustomer;
  readonly subscription: SubscriptionState;
}

/**
 * The best subscription counts: by status in the order of `STATUSES`, then the larger plan, then the younger one.
 * Entitlements are those of the subscriptions with that status, a trial being as good as an active one: what a paused
 * one keeps does not come back through an active one, of the same customer or another.
 */
export function factsOf(
  customers: readonly KnownCustomer[],
  { plans, graceMs }: FactsSetting,
): SubscriptionFacts {
  const ranked = customers
    .flatMap((customer) => customer.state.subscriptions.map((subscription) => ({ customer, subscription })))
    .sort((a, b) => order(a.subscription, b.subscription, plans));
  const [best] = ranked;
  if (!best) return withoutSubscription(customers);
  const { status, plan, pastDueSince } = best.subscription;
  return {
    status,
    plan,
    entitlements: entitlementsWith(status, ranked),
    eventId: best.customer.eventId,
    asOf: best.customer.asOf,
    graceUntil: status === 'past_due' && pastDueSince !== null ? pastDueSince + graceMs : null,
  };
}

function withoutSubscription(customers: readonly KnownCustomer[]): SubscriptionFacts {
  const latest = customers.toSorted((a, b) => (b.asOf ?? 0) - (a.asOf ?? 0))[0];
  return latest ? { ...NO_SUBSCRIPTION, eventId: latest.eventId, asOf: latest.asOf } : NO_SUBSCRIPTION;
}

function entitlementsWith(status: SubscriptionState['status'], ranked: readonly Candidate[]): string[] {
  const alike = GOOD.has(status) ? GOOD : new Set([status]);
  const entitled = ranked.filter(({ subscription }) => alike.has(subscription.status));
  const keys = entitled.flatMap(({ customer: { state }, subscription: { features } }) =>
    features === null ? state.entitlements : state.entitlements.filter((key) => features.includes(key)),
  );
  return [...new Set(keys)].sort();
}

function order(a: SubscriptionState, b: SubscriptionState, plans: readonly string[]): number {
  return (
    STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) ||
    plans.indexOf(b.plan ?? '') - plans.indexOf(a.plan ?? '') ||
    b.createdAt - a.createdAt ||
    (a.id < b.id ? -1 : 1)
  );
}
