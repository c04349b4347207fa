/** What Stripe answered about a customer → what Codex keeps of it. Pure: the answer replaces what was kept. */
import { z } from 'zod';
import type { SubscriptionStatus } from '../subscription.ts';
import type { StripeAnswer, StripeSubscription } from './answer.ts';

/** In customers' and subscriptions' metadata: the numeric id of the GitHub account that it is for. */
export const ACCOUNT_KEY = 'github_account_id';

/** From the best to the worst: of two subscriptions, the one with the better status counts. */
export const STATUSES = [
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
  'incomplete_expired',
  'canceled',
  'unknown',
] as const satisfies readonly SubscriptionStatus[];

/** The statuses of an invoice that is not paid, and neither a draft nor void. */
const OWED = ['open', 'uncollectible'];

const subscriptionState = z.object({
  id: z.string(),
  /** A status that is not known here, or of a product that is none of Codex's, is `unknown`. */
  status: z.enum(STATUSES),
  /** The lookup key of its price; null where Codex does not sell it. */
  plan: z.string().nullable(),
  /** Milliseconds since the epoch, like all times here. */
  createdAt: z.number(),
  /** When the unpaid invoice was due; null unless `past_due`. */
  pastDueSince: z.number().nullable(),
  /** Which of the customer's entitlements are its own, sorted; null where they need not be told apart. */
  features: z.array(z.string()).nullable().default(null),
});
export type SubscriptionState = z.infer<typeof subscriptionState>;

export const customerState = z.object({
  deleted: z.boolean(),
  subscriptions: z.array(subscriptionState),
  /** Lookup keys, sorted. */
  entitlements: z.array(z.string()),
});
export type CustomerState = z.infer<typeof customerState>;

export interface Replacement {
  /** Null: neither the customer nor a subscription names an account. */
  readonly account: number | null;
  readonly state: CustomerState;
}

/**
 * `previous`: the account that is kept, which Stripe does not tell any more of a deleted customer. `plans`: the lookup
 * keys of what Codex sells.
 */
export function replace(
  answer: StripeAnswer,
  previous: number | null,
  plans: readonly string[],
): Replacement {
  if (answer.deleted) {
    return { account: previous, state: { deleted: true, subscriptions: [], entitlements: [] } };
  }
  const subscriptions = answer.subscriptions.map((listed) => toState(listed, plans));
  const metadata = [answer.metadata, ...answer.subscriptions.map((listed) => listed.metadata)];
  return {
    account: metadata.map(accountIn).find((account) => account !== null) ?? null,
    state: {
      deleted: false,
      subscriptions: subscriptions.sort((a, b) => (a.id < b.id ? -1 : 1)),
      entitlements: [...new Set(answer.entitlements)].sort(),
    },
  };
}

function toState(listed: StripeSubscription, plans: readonly string[]): SubscriptionState {
  const plan = listed.prices.find((price) => plans.includes(price)) ?? null;
  const status = STATUSES.find((known) => known === listed.status) ?? 'unknown';
  return {
    id: listed.id,
    status: plan === null ? 'unknown' : status,
    plan,
    createdAt: listed.createdAt,
    pastDueSince: status === 'past_due' ? pastDueSince(listed) : null,
    features: listed.features?.toSorted() ?? null,
  };
}

/** The first invoice that was not paid after the last that was: a new period's does not begin the grace again. */
function pastDueSince({ invoices, createdAt }: StripeSubscription): number {
  const lastPaid = invoices.findIndex(({ status }) => status === 'paid');
  const since = lastPaid < 0 ? invoices : invoices.slice(0, lastPaid);
  return since.findLast(({ status }) => OWED.includes(status))?.finalizedAt ?? createdAt;
}

function accountIn(metadata: Readonly<Record<string, string>>): number | null {
  const text = metadata[ACCOUNT_KEY] ?? '';
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
