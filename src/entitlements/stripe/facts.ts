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

interface Candidate {
  readonly customer: KnownCustomer;
  readonly subscription: SubscriptionState;
}

/**
 * The best subscription counts: by status in the order of `STATUSES`, then the larger plan, then the younger one.
 * Entitlements are those of the subscriptions that count at `now`, and where none does of those with that status: what a
 * paused one keeps does not come back through an active one, of the same customer or another.
 */
export function factsOf(
  customers: readonly KnownCustomer[],
  { plans, graceMs }: FactsSetting,
  now: number,
): SubscriptionFacts {
  const ranked = customers
    .flatMap((customer) => customer.state.subscriptions.map((subscription) => ({ customer, subscription })))
    .sort((a, b) => order(a.subscription, b.subscription, plans));
  const [best] = ranked;
  if (!best) return withoutSubscription(customers);
  const { status, plan, pastDueSince } = best.subscription;
  const counting = ranked.filter(({ subscription }) => counts(subscription, graceMs, now));
  const alike = ranked.filter(({ subscription }) => subscription.status === status);
  return {
    status,
    plan,
    entitlements: entitlementsOf(counting.length > 0 ? counting : alike),
    eventId: best.customer.eventId,
    asOf: best.customer.asOf,
    graceUntil: status === 'past_due' && pastDueSince !== null ? pastDueSince + graceMs : null,
  };
}

function withoutSubscription(customers: readonly KnownCustomer[]): SubscriptionFacts {
  const latest = customers.toSorted((a, b) => (b.asOf ?? 0) - (a.asOf ?? 0))[0];
  return latest ? { ...NO_SUBSCRIPTION, eventId: latest.eventId, asOf: latest.asOf } : NO_SUBSCRIPTION;
}

function counts({ status, pastDueSince }: SubscriptionState, graceMs: number, now: number): boolean {
  if (status === 'past_due') return pastDueSince !== null && now < pastDueSince + graceMs;
  return status === 'active' || status === 'trialing';
}

function entitlementsOf(entitled: readonly Candidate[]): string[] {
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
