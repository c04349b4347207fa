/**
 * Alerts at a steady rate, from a process of its own. A request is sent when its time has come, whatever became of
 * the ones before, and its answer is timed from then: a server that stalls does not get fewer of them.
 */
import { Agent, request } from 'node:http';
import { quantile } from './quantile.ts';

/** Parent process → load generator. */
export interface AlertsOrder {
  readonly port: number;
  /** One for each strategy; alerts take turns. */
  readonly tokens: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
}

/** Load generator → parent process. */
export interface AlertsResult {
  readonly sent: number;
  /** Answers 202. */
  readonly accepted: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function post(port: number, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = '/webhooks/tradingview';
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length };
    const sent = request({ agent, port, path, method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end(body);
  });
}

/** An alert as the template makes it, each of its own order. */
function alertOf(token: string, order: number): string {
  return JSON.stringify({
    token,
    alert: order % 2 === 0 ? 'position_open' : 'flat',
    timenow: new Date().toISOString(),
    symbol: 'BTCUSDT',
    exchange: 'BINANCE',
    interval: '60',
    close: '98765.43',
    order_id: String(order),
    action: 'buy',
    position: 'long',
    position_size: '0.25',
  });
}

async function load({ port, tokens, perSecond, seconds }: AlertsOrder): Promise<AlertsResult> {
  const latencies: number[] = [];
  const answers: Promise<number>[] = [];
  const startedAt = performance.now();
  const total = perSecond * seconds;
  while (answers.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
    while (answers.length < due) {
      const order = answers.length;
      const dueAt = startedAt + (order / perSecond) * 1000;
      const answer = post(port, alertOf(tokens[order % tokens.length] ?? '', order));
      answers.push(answer.finally(() => latencies.push(performance.now() - dueAt)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const statuses = await Promise.all(answers);
  const accepted = statuses.filter((status) => status === 202).length;
  return { sent: total, accepted, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
}

process.once('message', async (order: AlertsOrder) => {
  const result = await load(order);
  agent.destroy();
  process.send?.(result, () => process.disconnect());
});
