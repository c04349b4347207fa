/** Selling plans through Stripe. */
import { Secret } from '../redact.ts';
import type { Parsed } from './parsed.ts';
import type { BillingPlan } from './values.ts';

/** What selling plans needs. */
export interface BillingConfig {
  readonly apiKey: Secret;
  readonly apiUrl: string;
  /** Where people reach this server; no slash at the end. */
  readonly publicUrl: string;
  readonly plans: readonly BillingPlan[];
  /** Null: usage is not reported. */
  readonly meterEvent: string | null;
  readonly graceMs: number;
}

export interface StripeConfig {
  /** Empty: Stripe's webhooks are not received. */
  readonly webhookSecrets: readonly Secret[];
  /** Null: nothing is sold. */
  readonly billing: BillingConfig | null;
}

const DAY = 24 * 60 * 60_000;

/** The API key turns billing on; the others come with it. */
export function parseBilling(values: Parsed, mistakes: string[]): BillingConfig | null {
  const { CODEX_BILLING_STRIPE_API_KEY: apiKey, CODEX_BILLING_PLANS: plans, CODEX_PUBLIC_URL: url } = values;
  if (apiKey === undefined) return null;
  for (const name of [
    'CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET',
    'CODEX_BILLING_PLANS',
    'CODEX_PUBLIC_URL',
  ] as const) {
    if (values[name] === undefined) mistakes.push(`${name}: is required with CODEX_BILLING_STRIPE_API_KEY`);
  }
  return {
    apiKey: new Secret(apiKey),
    apiUrl: values.CODEX_BILLING_STRIPE_API_URL,
    publicUrl: (url ?? '').replace(/\/+$/, ''),
    plans: plans ?? [],
    meterEvent: values.CODEX_BILLING_METER_EVENT ?? null,
    graceMs: values.CODEX_BILLING_GRACE_DAYS * DAY,
  };
}
