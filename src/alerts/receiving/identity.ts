import { createHash } from 'node:crypto';
import type { Alert } from '../alert.ts';

type Identifying = Pick<
  Alert,
  'repository' | 'strategy' | 'alert' | 'timenow' | 'orderId' | 'symbol' | 'exchange' | 'interval'
>;

/**
 * The id of an alert: the same when it is sent again, with whatever else in it. TradingView's times are whole
 * seconds, and one strategy may fire for two symbols in the same one; so its chart is part of it. `signedAt`,
 * Unix seconds, takes the place of a time that a relay did not give.
 */
export function alertId(alert: Identifying, signedAt: number | null): string {
  const { repository, strategy, alert: kind, timenow, orderId, symbol, exchange, interval } = alert;
  const time = timenow ?? signedAt;
  const parts = [repository.toLowerCase(), strategy, kind, time, orderId, symbol, exchange, interval];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
