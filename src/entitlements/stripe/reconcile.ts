/** Finds what no webhook told: events that Stripe could not deliver, and subscriptions that are not as they are kept. */
import { isDeepStrictEqual } from 'node:util';
import type { NewJob } from '../../jobs/job.ts';
import type { Log } from '../../log.ts';
import type { StripeSubscription } from './answer.ts';
import { jobsForStripe, syncJob } from './events.ts';
import { type SubscriptionState, toState } from './state.ts';
import type { CustomerStore, StoredCustomer } from './store.ts';

const DAY = 24 * 60 * 60_000;
const HOUR = 60 * 60_000;
/** As long as Stripe keeps events. */
const KEPT = 30 * DAY;

export interface ReconcileDependencies {
  readonly customers: CustomerStore;
  /** Events since a time that some endpoint did not take, in any order: what they say is not believed anyway. */
  readonly missedEvents: (since: number) => AsyncIterable<{ readonly id: string }>;
  readonly subscriptions: () => AsyncIterable<StripeSubscription>;
  /** Whether the inbox has this event. */
  readonly received: (event: string) => boolean;
  /** Stores jobs; answers how many were new. */
  readonly enqueue: (jobs: readonly NewJob[]) => number;
  /** Lookup keys of what Codex sells. */
  readonly plans: readonly string[];
  readonly onFound: (found: { readonly missed: number; readonly differing: number }) => void;
  readonly log: Log;
  readonly now: () => number;
}

/** Refetches whoever a missed event or another subscription than the one that is kept points at. */
export async function reconcile(deps: ReconcileDependencies, signal: AbortSignal): Promise<void> {
  const missed = await enqueueMissed(deps, signal);
  const listed = new Map<string, StripeSubscription[]>();
  for await (const subscription of deps.subscriptions()) {
    signal.throwIfAborted();
    listed.set(subscription.customer, [...(listed.get(subscription.customer) ?? []), subscription]);
  }
  const differing = differingCustomers(listed, deps.customers.all(), deps.plans);
  refetch(differing, `sweep:${Math.floor(deps.now() / HOUR)}`, deps);
  deps.onFound({ missed, differing: differing.length });
  if (missed + differing.length > 0) {
    deps.log.warn({ missed, differing }, 'Stripe had news that no webhook brought; they are fetched');
  }
}

/** Asks again about the customers that Stripe did not answer about while it was down. */
export function retryDirty(deps: ReconcileDependencies): void {
  refetch(deps.customers.dirty(), `dirty:${Math.floor(deps.now() / HOUR)}`, deps);
}

async function enqueueMissed(deps: ReconcileDependencies, signal: AbortSignal): Promise<number> {
  let missed = 0;
  for await (const event of deps.missedEvents(deps.now() - KEPT)) {
    signal.throwIfAborted();
    if (!deps.received(event.id)) missed += deps.enqueue(jobsForStripe(event).jobs);
  }
  return missed;
}

function refetch(customers: readonly string[], why: string, { enqueue }: ReconcileDependencies): void {
  enqueue(
    customers.map((id) => syncJob({ target: { type: 'customer', id }, event: null }, `stripe:${why}:${id}`)),
  );
}

/** The ids of customers whose subscriptions Stripe lists otherwise than they are kept. */
function differingCustomers(
  listed: ReadonlyMap<string, readonly StripeSubscription[]>,
  kept: readonly StoredCustomer[],
  plans: readonly string[],
): string[] {
  const known = new Map(kept.map(({ id, state }) => [id, state]));
  return [...new Set([...listed.keys(), ...known.keys()])].filter((id) => {
    const before = known.get(id)?.subscriptions ?? [];
    // What a deleted customer had is listed on, and counts no more.
    if (known.get(id)?.deleted) return false;
    return !isDeepStrictEqual(statesOf(listed.get(id) ?? [], before, plans), before);
  });
}

function statesOf(
  listed: readonly StripeSubscription[],
  before: readonly SubscriptionState[],
  plans: readonly string[],
): SubscriptionState[] {
  const previous = new Map(before.map((state) => [state.id, state]));
  return listed
    .map((subscription) => toState(subscription, previous.get(subscription.id) ?? null, plans))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
