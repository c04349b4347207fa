export interface Template {
  readonly token: string;
  /** The kind of the alert. */
  readonly kind: string;
  /** An indicator's alert: TradingView fills in none of what is about a strategy's orders. */
  readonly indicator: boolean;
}

/**
 * The message to paste into TradingView's alert editor. Every placeholder is in quotes: what TradingView puts
 * there may be NaN, and must not make the message something that is not JSON.
 */
export function messageTemplate({ token, kind, indicator }: Template): string {
  const orders = {
    order_id: '{{strategy.order.id}}',
    action: '{{strategy.order.action}}',
    position: '{{strategy.market_position}}',
    position_size: '{{strategy.position_size}}',
  };
  const message = {
    token,
    alert: kind,
    timenow: '{{timenow}}',
    symbol: '{{ticker}}',
    exchange: '{{exchange}}',
    interval: '{{interval}}',
    close: '{{close}}',
    ...(indicator ? {} : orders),
  };
  return JSON.stringify(message, null, 2);
}
