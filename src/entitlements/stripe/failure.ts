/** Stripe's errors as the queue understands them. */
import Stripe from 'stripe';
import { UserError } from '../../errors.ts';

const MINUTE = 60_000;
/** Before the second try, the third …: an outage of an hour is waited for. */
const WAITS = [MINUTE / 2, 2 * MINUTE, 10 * MINUTE, 50 * MINUTE];

/** Whether Stripe answered that it does not know what it was asked for. */
export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'resource_missing';
}

/**
 * What to throw in place of `error` on try number `attempt`: with the wait that Stripe or experience asks for. What
 * Stripe does not know is not asked for again.
 */
export function stripeFailure(error: unknown, attempt: number): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  if (isMissing(error)) {
    return new UserError(
      `Stripe does not know it: ${error.message}`,
      'Is the API key one of the account, and the mode (test or live), that sends the events?',
      { cause: error },
    );
  }
  const stated = Number(error.headers?.['retry-after']) * 1000;
  const retryAfterMs = Number.isFinite(stated) ? stated : (WAITS[attempt - 1] ?? 0);
  return Object.assign(new Error(`Stripe: ${error.message}`, { cause: error }), { retryAfterMs });
}
