/** Alerts as TradingView and relays send them. */
import { createSecretKey } from 'node:crypto';
import type { Alert } from '../../src/alerts/alert.ts';
import { createSignature } from '../../src/alerts/receiving/signature.ts';
import { createToken, type Subject } from '../../src/alerts/receiving/token.ts';

export const OLD_SECRET = 'the-old-secret-of-alerts';
export const SECRET = 'the-new-secret-of-alerts';
export const SUBJECT: Subject = { repository: 'acme/bot', strategy: 'mean-reversion' };
export const NOW = Date.UTC(2026, 10, 21, 13);

export function keyOf(secret: string) {
  return createSecretKey(secret, 'utf8');
}

export function tokenOf(subject: Partial<Subject> = {}, secret = SECRET): string {
  return createToken(keyOf(secret), { ...SUBJECT, ...subject });
}

/** The headers of a relay that signs `body` with `secret` at the Unix time `seconds`. */
export function signedHeaders(
  body: string,
  { secret = SECRET, seconds = Math.floor(Date.now() / 1000) } = {},
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-codex-signature': createSignature(keyOf(secret), Buffer.from(body), seconds),
  };
}

/** An alert as it is stored. */
export function alertOf(changes: Partial<Alert> = {}): Alert {
  return {
    id: '0123456789abcdef0123456789abcdef',
    ...SUBJECT,
    alert: 'drawdown',
    timenow: new Date(NOW).toISOString(),
    receivedAt: NOW,
    orderId: null,
    symbol: 'BTCUSDT',
    exchange: 'BINANCE',
    interval: '60',
    message: null,
    values: {},
    fields: {},
    proof: 'token',
    sourceAddress: '52.89.214.238',
    clientCertificate: false,
    ...changes,
  };
}
