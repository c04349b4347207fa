import type { TradingViewConfig } from '../config/tradingview.ts';
import type { Secret } from '../redact.ts';
import { githubProvider } from './github.ts';
import type { WebhookProvider } from './provider.ts';
import { stripeProvider } from './stripe.ts';
import { tradingviewProvider } from './tradingview.ts';

interface Senders {
  /** The secrets of GitHub. */
  readonly github: readonly Secret[];
  /** None: Stripe's webhooks are not received. */
  readonly stripe?: readonly Secret[];
  /** Without secrets: TradingView's alerts are not received. */
  readonly tradingview?: TradingViewConfig;
}

/** Everyone who may send webhooks. */
export async function webhookProviders({
  github,
  stripe = [],
  tradingview,
}: Senders): Promise<WebhookProvider[]> {
  return [
    githubProvider(github),
    ...(stripe.length > 0 ? [await stripeProvider(stripe)] : []),
    ...(tradingview && tradingview.secrets.length > 0 ? [tradingviewProvider(tradingview)] : []),
  ];
}
