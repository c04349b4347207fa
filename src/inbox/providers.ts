import type { Secret } from '../redact.ts';
import { githubProvider } from './github.ts';
import type { WebhookProvider } from './provider.ts';
import { stripeProvider } from './stripe.ts';

interface WebhookSecrets {
  readonly github: readonly Secret[];
  /** None: Stripe's webhooks are not received. */
  readonly stripe?: readonly Secret[];
}

/** Everyone who may send webhooks. */
export async function webhookProviders({ github, stripe = [] }: WebhookSecrets): Promise<WebhookProvider[]> {
  return [githubProvider(github), ...(stripe.length > 0 ? [await stripeProvider(stripe)] : [])];
}
