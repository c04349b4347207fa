/** Receiving TradingView's alerts. */
import type { Secret } from '../redact.ts';
import { type Parsed, secrets } from './parsed.ts';

/** Who may send alerts. */
export interface TradingViewConfig {
  /** While a secret is rotated, the old and the new one. Empty: alerts are not received. */
  readonly secrets: readonly Secret[];
  /** Addresses and networks that alerts with a token may come from; empty: any. */
  readonly sources: readonly string[];
  readonly requireClientCertificate: boolean;
  /** Addresses and networks of proxies whose headers about the sender count. */
  readonly trustedProxies: readonly string[];
}

export function parseTradingView(values: Parsed, mistakes: string[]): TradingViewConfig {
  const requireClientCertificate = values.CODEX_GATEWAY_TRADINGVIEW_CLIENT_CERTIFICATE === 'required';
  const trustedProxies = values.CODEX_GATEWAY_TRUSTED_PROXIES ?? [];
  if (requireClientCertificate && trustedProxies.length === 0) {
    mistakes.push(
      'CODEX_GATEWAY_TRUSTED_PROXIES: is required, as only a proxy can verify client certificates',
    );
  }
  return {
    secrets: secrets(values.CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET),
    sources: values.CODEX_GATEWAY_TRADINGVIEW_SOURCES ?? [],
    requireClientCertificate,
    trustedProxies,
  };
}
