/** How much of the sandbox a subscription includes, and whether one more plan may start. Pure. */
import type { BillingPlan } from '../../config/values.ts';
import type { SubscriptionFacts } from '../subscription.ts';

/** The key of the plan for accounts whose subscription does not count, or that have none. */
export const WITHOUT = 'none';

export interface Limits {
  /** Of a calendar month; null: no limit. */
  readonly minutes: number | null;
  /** Plans at the same time; null: no limit. */
  readonly concurrency: number | null;
  /** From when on minutes are counted, in milliseconds since the epoch. */
  readonly since: number;
}

export interface Setting {
  readonly plans: readonly BillingPlan[];
  readonly graceMs: number;
}

/**
 * The limits at `now`. While a payment is late, the month in which it became so goes on: no new month's minutes are
 * given until it is paid.
 */
export function limitsOf(facts: SubscriptionFacts, { plans, graceMs }: Setting, now: number): Limits {
  const { status, plan: key, graceUntil } = facts;
  const inGrace = status === 'past_due' && graceUntil !== null && now < graceUntil;
  const counts = status === 'active' || status === 'trialing' || inGrace;
  const plan = plans.find((known) => known.key === (counts ? key : WITHOUT));
  const since = monthOf(inGrace ? graceUntil - graceMs : now);
  if (!plan) return { minutes: null, concurrency: null, since };
  return { minutes: plan.minutes, concurrency: plan.concurrency, since };
}

type StartDecision =
  | { readonly may: true }
  | { readonly may: false; readonly because: 'minutes' | 'concurrency'; readonly limit: number };

/** `usedSeconds`: since `limits.since`; `running`: plans of the account at this moment. */
export function decideStart(limits: Limits, usedSeconds: number, running: number): StartDecision {
  const { minutes, concurrency } = limits;
  if (minutes !== null && usedSeconds >= minutes * 60)
    return { may: false, because: 'minutes', limit: minutes };
  if (concurrency !== null && running >= concurrency) {
    return { may: false, because: 'concurrency', limit: concurrency };
  }
  return { may: true };
}

/** The beginning of the calendar month (UTC) that `time` is in. */
export function monthOf(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** The beginning of the calendar month (UTC) after the one that `time` is in. */
export function monthAfter(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** One line for the living comment: `12.5 of 600 sandbox minutes used this month`. */
export function usageInWords(usedSeconds: number, { minutes }: Limits): string {
  const used = (usedSeconds / 60).toFixed(1);
  const of = minutes === null ? used : `${used} of ${minutes}`;
  return `${of} sandbox minutes used this month`;
}
