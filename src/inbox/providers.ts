import type { Secret } from '../redact.ts';
import { githubProvider } from './github.ts';
import type { WebhookProvider } from './provider.ts';

/** Everyone who may send webhooks. */
export function webhookProviders(secrets: { readonly github: readonly Secret[] }): WebhookProvider[] {
  return [githubProvider(secrets.github)];
}
