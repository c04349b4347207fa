/** Stripe's own words for the state of a subscription; `none` without one, `unknown` for a word not known here. */
export const SUBSCRIPTION_STATUSES = [
  'none',
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
  'incomplete_expired',
  'canceled',
  'unknown',
] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** What Codex knows of an account's subscription. Times are milliseconds since the epoch. */
export interface SubscriptionFacts {
  status: SubscriptionStatus;
  /** The plan paid for, by its lookup key or name; null without a subscription. */
  plan: string | null;
  /** Lookup keys of what subscriptions that count entitle to; where none does, of what Stripe lists all the same. */
  entitlements: string[];
  /** The Stripe event after which these facts were fetched; null where a sweep or nothing brought them. */
  eventId: string | null;
  /** When Stripe said so; null if it was never asked. */
  asOf: number | null;
  /** Until when a `past_due` subscription still counts; null in every other status. */
  graceUntil: number | null;
}

/** The facts of a GitHub account by its numeric id at `now`; answers from what is stored, never from the network. */
export type SubscriptionOf = (accountId: number, now: number) => SubscriptionFacts;

/** What is known of an account that never subscribed, and of every account where Stripe is not configured. */
export const NO_SUBSCRIPTION: SubscriptionFacts = {
  status: 'none',
  plan: null,
  entitlements: [],
  eventId: null,
  asOf: null,
  graceUntil: null,
};
