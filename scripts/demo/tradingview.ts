/** TradingView and a relay of one's own: the two ways in which alerts come to Codex. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codexctl } from './codexctl.ts';
import { expectEqual, expectMatch } from './expectation.ts';
import type { Stage } from './stage.ts';

/** For Codex: alerts are received. */
export const TRADINGVIEW_ENVIRONMENT = {
  CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET: 'a-secret-of-this-demo-and-no-other',
};

/** What TradingView puts in place of the placeholders when an order is filled. */
const FILLED: Readonly<Record<string, string>> = {
  ticker: 'BTCUSDT',
  exchange: 'BINANCE',
  interval: '60',
  close: '64250.5',
  'strategy.order.id': 'long',
  'strategy.order.action': 'buy',
  'strategy.market_position': 'long',
  'strategy.position_size': '2',
};

/** TradingView sends a message of its alert editor: it cannot sign, so the message carries a token. */
export async function fire(stage: Stage, message: string): Promise<number> {
  const values = { ...FILLED, timenow: new Date().toISOString() };
  const body = Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{{${name}}}`, value),
    message,
  );
  const headers = { 'content-type': 'application/json' };
  return (await fetch(urlOf(stage), { method: 'POST', headers, body })).status;
}

/** A relay signs a message and sends it: `codexctl tradingview send`. */
export async function relay(stage: Stage, message: Readonly<Record<string, unknown>>): Promise<void> {
  const file = join(dirname(stage.logFile), 'alert.json');
  await writeFile(file, JSON.stringify({ ...message, timenow: '{{timenow}}' }));
  const answer = await codexctl(['tradingview', 'send', file, '--url', urlOf(stage)], stage.environment);
  stage.terminal.fact('alert', JSON.stringify(message));
  stage.terminal.fact('signed', expectMatch('The answer to the alert', answer, /^Codex answered 202: .*/));
}

/** What every alert came to. Throws `Mismatch` unless it is these outcomes, the last first. */
export async function expectTrail(
  { environment, terminal }: Stage,
  outcomes: readonly string[],
): Promise<void> {
  terminal.heading('codexctl alerts');
  const trail = await codexctl(['alerts'], environment);
  terminal.quote(trail);
  const lines = trail.split('\n');
  expectEqual('The number of actions', lines.length, outcomes.length);
  for (const [index, outcome] of outcomes.entries()) {
    expectMatch('The audit trail', lines[index] ?? '', new RegExp(outcome));
  }
}

function urlOf({ codex }: Pick<Stage, 'codex'>): string {
  return `${codex.url}/webhooks/tradingview`;
}
