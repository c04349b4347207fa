/** Somebody opens a link of Codex's: where they are sent, or what they are told. */
import type { KeyObject } from 'node:crypto';
import type Stripe from 'stripe';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { AccountStore } from '../accounts.ts';
import { createCustomer, openCheckout, openPortal } from './checkout.ts';
import { openLink, type Purpose } from './link.ts';
import {
  ALREADY_SUBSCRIBED,
  EXPIRED_LINK,
  INVALID_LINK,
  NOTHING_TO_MANAGE,
  type Page,
  UNAVAILABLE,
} from './page.ts';
import type { CustomerStore, StoredCustomer } from './store.ts';

/** Statuses of a subscription that another one would be bought beside. */
const BOUGHT = ['active', 'trialing', 'past_due', 'unpaid', 'paused'];

export type Visited = { readonly location: string } | { readonly page: Page };

export interface VisitDependencies {
  readonly stripe: Stripe;
  readonly key: KeyObject;
  readonly customers: CustomerStore;
  readonly accounts: AccountStore;
  /** Lookup keys of what can be bought. */
  readonly plans: readonly string[];
  readonly publicUrl: string;
  readonly log: Log;
  readonly now: () => number;
}

/** Answers the query of `/billing/checkout` or `/billing/portal`. Never rejects. */
export async function visit(
  purpose: Purpose,
  query: URLSearchParams,
  deps: VisitDependencies,
): Promise<Visited> {
  const token = query.get('token') ?? '';
  const opened = openLink(deps.key, purpose, token, deps.now());
  if (opened === 'invalid') return { page: INVALID_LINK };
  if (opened === 'expired') return { page: EXPIRED_LINK };
  try {
    if (purpose === 'portal') return await manage(opened.account, deps);
    return await buy(opened.account, token, query.get('plan'), deps);
  } catch (error) {
    deps.log.error(
      { account: opened.account, purpose, error: messageOf(error) },
      'Stripe could not be reached',
    );
    return { page: UNAVAILABLE };
  }
}

async function manage(
  account: number,
  { stripe, customers, publicUrl }: VisitDependencies,
): Promise<Visited> {
  const customer = customerOf(customers.customersOf(account));
  if (!customer) return { page: NOTHING_TO_MANAGE };
  return { location: await openPortal(stripe, customer.id, publicUrl) };
}

/**
 * Links to Checkout stand in pull requests, for everybody to read: they let people pay, and show nothing of who has
 * paid before. So they never lead to the portal, nor to a customer whose address Checkout would fill in.
 */
async function buy(
  account: number,
  token: string,
  asked: string | null,
  deps: VisitDependencies,
): Promise<Visited> {
  const { stripe, customers, plans, publicUrl, log } = deps;
  const all = customers.customersOf(account).filter(({ state }) => !state.deleted);
  if (all.some(hasBought)) return { page: ALREADY_SUBSCRIBED };
  const plan = plans.length === 1 ? plans[0] : plans.find((key) => key === asked);
  if (plan === undefined) return { page: choice(token, plans) };
  const unused = all.find(({ state }) => state.subscriptions.length === 0);
  const customer = unused?.id ?? (await newCustomer(account, all.length, deps));
  const location = await openCheckout(stripe, { account, customer, plan, token, publicUrl });
  if (location !== null) return { location };
  log.error({ plan }, 'no active price in Stripe has the lookup key of this plan');
  return { page: UNAVAILABLE };
}

async function newCustomer(account: number, others: number, deps: VisitDependencies): Promise<string> {
  const login = deps.accounts.get(account)?.login ?? `GitHub account ${account}`;
  const asOf = deps.now();
  const id = await createCustomer(deps.stripe, { account, login, others });
  if (!deps.customers.get(id)) {
    const state = { deleted: false, subscriptions: [], entitlements: [] };
    deps.customers.replace(id, { account, state }, { asOf, event: null });
  }
  return id;
}

/** The one that pays, else the first. */
function customerOf(all: readonly StoredCustomer[]): StoredCustomer | null {
  const left = all.filter(({ state }) => !state.deleted);
  return left.find(hasBought) ?? left[0] ?? null;
}

function hasBought({ state }: StoredCustomer): boolean {
  return state.subscriptions.some(({ plan, status }) => plan !== null && BOUGHT.includes(status));
}

function choice(token: string, plans: readonly string[]): Page {
  const links = plans.map(
    (plan) => [plan, `/billing/checkout?${new URLSearchParams({ token, plan })}`] as const,
  );
  return { status: 200, title: 'Choose a plan', text: [], links: new Map(links) };
}
