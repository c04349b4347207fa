/**
 * Jobs of kind `stripe_sync`: mark dirty, refetch, replace. What an event says is never believed, only that something
 * is new: so neither order nor repetition of events matters.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JobHandler } from '../../jobs/job.ts';
import type { Log } from '../../log.ts';
import type { StripeAnswer } from './answer.ts';
import { STRIPE_SYNC, type SyncPayload, syncPayload } from './events.ts';
import { stripeFailure } from './failure.ts';
import { type Replacement, replace } from './state.ts';
import type { CustomerStore } from './store.ts';

/** `unlinked`: it names no GitHub account. `fresh`: Stripe was asked since the event came. */
export type SyncResult = 'changed' | 'unchanged' | 'unlinked' | 'fresh';

export interface SyncDependencies {
  readonly customers: CustomerStore;
  readonly fetchCustomer: (id: string) => Promise<StripeAnswer>;
  /** The id of a subscription's customer. */
  readonly customerOf: (subscription: string) => Promise<string>;
  /** Lookup keys of what Codex sells. */
  readonly plans: readonly string[];
  readonly onSynced: (result: SyncResult) => void;
  readonly log: Log;
  readonly now: () => number;
}

export function stripeSyncHandler(deps: SyncDependencies): JobHandler {
  return {
    kind: STRIPE_SYNC,
    async run(job) {
      const payload = syncPayload.parse(job.payload);
      try {
        const result = await sync(payload, job.createdAt, deps);
        deps.onSynced(result);
        deps.log.info({ ...payload, result }, 'a customer was looked up in Stripe');
      } catch (error) {
        throw stripeFailure(error, job.attempt);
      }
    },
    async abandon(job, reason) {
      deps.log.error(
        { job: job.id, delivery: job.delivery, reason },
        'a customer could not be fetched from Stripe; what was known stays',
      );
    },
  };
}

async function sync(
  { target, event }: SyncPayload,
  askedAt: number,
  deps: SyncDependencies,
): Promise<SyncResult> {
  const { customers, log, now } = deps;
  const id = target.type === 'customer' ? target.id : await deps.customerOf(target.id);
  const before = customers.get(id);
  if ((before?.asOf ?? Number.NEGATIVE_INFINITY) > askedAt) return 'fresh';
  customers.markDirty(id, askedAt);
  const asOf = now();
  const answer = await deps.fetchCustomer(id);
  const after = replace(answer, before?.account ?? null, deps.plans);
  customers.replace(id, after, { asOf, event });
  warn(id, after, { event }, log);
  if (after.account === null) return 'unlinked';
  const unchanged = before?.account === after.account && isDeepStrictEqual(before.state, after.state);
  return unchanged ? 'unchanged' : 'changed';
}

function warn(customer: string, { account, state }: Replacement, cause: object, log: Log): void {
  if (account === null) log.warn({ customer, ...cause }, 'a customer in Stripe names no GitHub account');
  const foreign = state.subscriptions.filter(({ plan }) => plan === null).map(({ id }) => id);
  if (foreign.length > 0) {
    log.warn({ customer, subscriptions: foreign, ...cause }, 'subscriptions to what Codex does not sell');
  }
}
