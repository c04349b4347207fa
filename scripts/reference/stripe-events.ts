import { STRIPE_EVENTS } from '../../src/entitlements/stripe/events.ts';

/** The events that Codex's endpoint in Stripe asks for, one a line, as Stripe names them. */
export function stripeEventsList(): string {
  return ['```text', ...STRIPE_EVENTS, '```'].join('\n');
}
