/** Selling, wired: what Stripe says, who may be sent to it, what is used. Loaded only where it is configured. */
import type { KeyObject } from 'node:crypto';
import type { Probot } from 'probot';
import type Stripe from 'stripe';
import type { BillingConfig } from '../config/billing.ts';
import { AccountStore } from '../entitlements/accounts.ts';
import {
  createStripe,
  customerOf,
  fetchCustomer,
  listMissedEvents,
  listSubscribers,
} from '../entitlements/stripe/client.ts';
import { STRIPE_EVENTS } from '../entitlements/stripe/events.ts';
import { linkKey, linksTo } from '../entitlements/stripe/link.ts';
import { CANCELED, DONE, type Page, renderPage } from '../entitlements/stripe/page.ts';
import {
  daily,
  type ReconcileDependencies,
  reconcile,
  retryDirty,
} from '../entitlements/stripe/reconcile.ts';
import { CustomerStore } from '../entitlements/stripe/store.ts';
import { stripeSyncHandler } from '../entitlements/stripe/sync.ts';
import { visit } from '../entitlements/stripe/visit.ts';
import type { SubscriptionOf } from '../entitlements/subscription.ts';
import { UsageLedger } from '../entitlements/usage/ledger.ts';
import { WITHOUT } from '../entitlements/usage/limits.ts';
import { UsageLimits } from '../entitlements/usage/may-start.ts';
import { meterSender, type ReportResult, reportUsage } from '../entitlements/usage/report.ts';
import { listInstallations } from '../github/app.ts';
import { billingRoutes } from '../http/billing.ts';
import type { Route } from '../http/router.ts';
import type { InboxStore } from '../inbox/store.ts';
import type { JobHandler } from '../jobs/job.ts';
import { JobStore } from '../jobs/store.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Db } from '../store/database.ts';
import type { Chore } from './housekeeping.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface BillingSetting {
  readonly config: BillingConfig;
  readonly db: Db;
  readonly inbox: InboxStore;
  /** Null with one installation's token, which may not list the App's installations. */
  readonly probot: Pick<Probot, 'auth'> | null;
  readonly metrics: Metrics;
  /** Called after jobs were stored. */
  readonly onJobs: () => void;
  /** Called after Stripe said something new of an account. */
  readonly onFacts: () => void;
  readonly log: Log;
  readonly now: () => number;
}

export interface Billing {
  readonly subscriptionOf: SubscriptionOf;
  /** Lookup keys of what is sold. */
  readonly plans: readonly string[];
  /** Where whoever reads it may pay for the account of `subject`, and nothing else. */
  readonly subscribeLink: (subject: { readonly accountId: number }) => string;
  readonly limits: UsageLimits;
  readonly handlers: readonly JobHandler[];
  readonly routes: readonly Route[];
  readonly chores: readonly Chore[];
}

interface Parts extends BillingSetting {
  readonly stripe: Stripe;
  readonly customers: CustomerStore;
  readonly accounts: AccountStore;
  readonly ledger: UsageLedger;
  /** Signs the links. */
  readonly key: KeyObject;
  /** Lookup keys of what is sold. */
  readonly plans: readonly string[];
}

export function createBilling(setting: BillingSetting): Billing {
  const { config, db } = setting;
  const plans = config.plans.map(({ key }) => key).filter((key) => key !== WITHOUT);
  const customers = new CustomerStore(db, { plans, graceMs: config.graceMs });
  const [accounts, ledger] = [new AccountStore(db), new UsageLedger(db)];
  const key = linkKey(config.apiKey);
  const stripe = createStripe(config.apiKey, config.apiUrl);
  const parts: Parts = { ...setting, stripe, customers, accounts, ledger, key, plans };
  const linkFor = linksTo(config.publicUrl, key);
  const subscriptionOf: SubscriptionOf = (account, at) => customers.facts(account, at);
  return {
    subscriptionOf,
    plans,
    subscribeLink: ({ accountId }) => linkFor(accountId, 'checkout', setting.now()),
    limits: new UsageLimits(config, { ledger, accounts, subscriptionOf }),
    handlers: [synchronization(parts)],
    routes: pages(parts),
    chores: [...lookingAtStripe(parts), ...reporting(parts), ...lookingAtGitHub(parts)],
  };
}

function synchronization({ stripe, customers, plans, metrics, onFacts, log, now }: Parts): JobHandler {
  return stripeSyncHandler({
    customers,
    fetchCustomer: (id) => fetchCustomer(stripe, id),
    customerOf: (subscription) => customerOf(stripe, subscription),
    plans,
    onSynced(result) {
      metrics.stripeSyncs.inc({ result });
      if (result === 'changed') onFacts();
    },
    log,
    now,
  });
}

function pages(parts: Parts): Route[] {
  return billingRoutes({
    async visit(purpose, query) {
      const visited = await visit(purpose, query, { ...parts, publicUrl: parts.config.publicUrl });
      return 'page' in visited ? rendered(visited.page) : visited;
    },
    done: rendered(DONE),
    canceled: rendered(CANCELED),
  });
}

function rendered(page: Page): { status: number; html: string } {
  return { status: page.status, html: renderPage(page) };
}

function lookingAtStripe({ stripe, customers, plans, db, inbox, metrics, onJobs, log, now }: Parts): Chore[] {
  const jobs = new JobStore(db);
  const deps: ReconcileDependencies = {
    customers,
    plans,
    missedEvents: (since) => listMissedEvents(stripe, STRIPE_EVENTS, since),
    subscribers: () => listSubscribers(stripe),
    fetchCustomer: (id) => fetchCustomer(stripe, id),
    received: (event) => inbox.has('stripe', event),
    enqueue(given) {
      const stored = jobs.enqueue(given, now()).length;
      if (stored > 0) onJobs();
      return stored;
    },
    onFound({ missed, differing }) {
      metrics.stripeFound.inc({ what: 'missed' }, missed);
      metrics.stripeFound.inc({ what: 'differing' }, differing);
    },
    log,
    now,
  };
  return [
    { name: 'subscriptions', every: HOUR, work: daily((signal) => reconcile(deps, signal), now) },
    { name: 'unanswered customers', every: HOUR, work: async () => retryDirty(deps) },
  ];
}

function reporting({ config, stripe, ledger, metrics, log, now }: Parts): Chore[] {
  if (config.meterEvent === null) return [];
  const onResult = (result: ReportResult) => metrics.usageReports.inc({ result });
  const deps = { ledger, send: meterSender(stripe, config.meterEvent), onResult, log, now };
  return [{ name: 'usage', every: MINUTE, work: (signal) => reportUsage(deps, signal) }];
}

function lookingAtGitHub({ accounts, probot, log, now }: Parts): Chore[] {
  if (probot === null) return [];
  const work = async () => {
    const listed = await listInstallations(await probot.auth());
    for (const account of listed) accounts.remember(account, now());
    log.info({ accounts: listed.length }, 'the accounts that have the App are known');
  };
  return [{ name: 'accounts', every: DAY, work }];
}
