/** Finds what no webhook told: events that Stripe could not deliver, and customers who are not as they are kept. */
import { isDeepStrictEqual } from 'node:util';
import type { NewJob } from '../../jobs/job.ts';
import type { Log } from '../../log.ts';
import type { StripeAnswer } from './answer.ts';
import { jobsForStripe, syncJob } from './events.ts';
import { isMissing } from './failure.ts';
import { replace } from './state.ts';
import type { CustomerStore } from './store.ts';

const DAY = 24 * 60 * 60_000;
const HOUR = 60 * 60_000;
/** As long as Stripe keeps events. */
const KEPT = 30 * DAY;

export interface ReconcileDependencies {
  readonly customers: CustomerStore;
  /** Events since a time that some endpoint did not take, in any order: what they say is not believed anyway. */
  readonly missedEvents: (since: number) => AsyncIterable<{ readonly id: string }>;
  /** The ids of all customers who have or had a subscription; some more than once. */
  readonly subscribers: () => AsyncIterable<string>;
  readonly fetchCustomer: (id: string) => Promise<StripeAnswer>;
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

/** Refetches whoever a missed event points at, and whoever Stripe knows otherwise than is kept. */
export async function reconcile(deps: ReconcileDependencies, signal: AbortSignal): Promise<void> {
  const { customers, subscribers, onFound, log, now } = deps;
  const missed = await enqueueMissed(deps, signal);
  const ids = new Set(customers.ids());
  for await (const id of subscribers()) {
    signal.throwIfAborted();
    ids.add(id);
  }
  const why = `sweep:${Math.floor(now() / HOUR)}`;
  let differing = 0;
  for (const id of ids) {
    signal.throwIfAborted();
    if (!(await differs(id, deps))) continue;
    differing += 1;
    refetch([id], why, deps);
  }
  onFound({ missed, differing });
  if (missed + differing > 0) {
    log.warn({ missed, differing }, 'Stripe had news that no webhook brought; they are fetched');
  }
}

/** A deleted customer does not change any more; of one that Stripe does not know, the refetch says so. */
async function differs(
  id: string,
  { customers, fetchCustomer, plans }: ReconcileDependencies,
): Promise<boolean> {
  const kept = customers.get(id);
  if (kept === null || kept.state.deleted) return kept === null;
  const answer = await fetchCustomer(id).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (answer === null) return true;
  const { account, state } = replace(answer, kept.account, plans);
  return account !== kept.account || !isDeepStrictEqual(state, kept.state);
}

/** `work`, at most once a day: what asks for it more often has it again where it failed. */
export function daily(
  work: (signal: AbortSignal) => Promise<void>,
  now: () => number,
): (signal: AbortSignal) => Promise<void> {
  let doneAt = Number.NEGATIVE_INFINITY;
  return async (signal) => {
    const at = now();
    if (at - doneAt < DAY) return;
    await work(signal);
    doneAt = at;
  };
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
