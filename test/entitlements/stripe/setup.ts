/** Codex's side of Stripe over a real database, talking by the real SDK to a local Stripe. */
import { afterEach } from '@jest/globals';
import { AccountStore } from '../../../src/entitlements/accounts.ts';
import { createStripe, customerOf, fetchCustomer } from '../../../src/entitlements/stripe/client.ts';
import { jobsForStripe } from '../../../src/entitlements/stripe/events.ts';
import { CustomerStore } from '../../../src/entitlements/stripe/store.ts';
import { type SyncResult, stripeSyncHandler } from '../../../src/entitlements/stripe/sync.ts';
import type { Job, NewJob } from '../../../src/jobs/job.ts';
import { createLog } from '../../../src/log.ts';
import { Secret } from '../../../src/redact.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { API_KEY, type ServedStripe, startLocalStripe } from '../../support/local-stripe/start.ts';
import { LogLines } from '../../support/log-lines.ts';

export const ACCOUNT = 4711;
export const OF_ACCOUNT = { github_account_id: String(ACCOUNT) };
export const PLANS = ['team', 'pro'];
const DAY = 24 * 60 * 60_000;
export const GRACE = 7 * DAY;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** `team` entitles to `codex.plan`, `pro` also to `codex.pr`. */
export async function startBillingSide() {
  const served = await startLocalStripe();
  cleanups.push(() => served.close());
  served.stripe.addPrice('team', ['codex.plan']);
  served.stripe.addPrice('pro', ['codex.plan', 'codex.pr']);
  return { ...served, ...openSide(served) };
}

/** A database of its own over a local Stripe that is there already. */
export function openSide({ url }: ServedStripe) {
  const db = openDatabase(':memory:');
  cleanups.push(() => db.close());
  const client = createStripe(new Secret(API_KEY), url);
  const customers = new CustomerStore(db, { plans: PLANS, graceMs: GRACE });
  const log = new LogLines();
  const results: SyncResult[] = [];
  let time = 0;
  /** Every look at the clock is later than the one before. */
  const now = () => {
    time += 1;
    return time;
  };
  const handler = stripeSyncHandler({
    customers,
    fetchCustomer: (id) => fetchCustomer(client, id),
    customerOf: (subscription) => customerOf(client, subscription),
    plans: PLANS,
    onSynced: (result) => results.push(result),
    log: createLog('info', log),
    now,
  });
  const run = (job: NewJob, createdAt = now()) =>
    handler.run(started(job, createdAt), new AbortController().signal);
  return {
    db,
    client,
    customers,
    accounts: new AccountStore(db),
    log,
    results,
    now,
    run,
    /** Does what follows on events, one after the other. */
    async receive(events: readonly unknown[]): Promise<void> {
      for (const event of events) for (const job of jobsForStripe(event).jobs) await run(job);
    },
    facts: (at = 0) => customers.facts(ACCOUNT, at),
  };
}

function started(job: NewJob, createdAt: number): Job {
  return { ...job, id: 'job', state: 'running', attempt: 1, createdAt, cancelReason: null };
}
