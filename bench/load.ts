/**
 * A load generator for webhooks, a process of its own. Every request needs a delivery id of its own, and general
 * tools build the whole request anew for that, which costs them more than the server's work: this one writes
 * the id into a request that is built once for each connection.
 */
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { quantile } from './quantile.ts';

/** What to send, and for how long; parent process → load generator. */
export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly event: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** Before the measurement; not counted. */
  readonly warmupSeconds: number;
}

/** Load generator → parent process. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Every id that was answered 2xx, warm-up included. */
  readonly accepted: readonly string[];
  /** Answers with another status. */
  readonly refused: number;
}

/** Ids like GitHub's own, which count up from their first digits. */
const ID_LENGTH = 36;

interface Tally {
  measuring: boolean;
  stopped: boolean;
  refused: number;
  readonly accepted: string[];
  readonly latencies: number[];
}

function requestFor(order: LoadOrder): { bytes: Buffer; idAt: number } {
  const body = Buffer.from(order.body);
  const signature = createHmac('sha256', order.secret).update(body).digest('hex');
  const head = [
    `POST ${order.path} HTTP/1.1`,
    `Host: 127.0.0.1:${order.port}`,
    'User-Agent: GitHub-Hookshot/bench',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `X-GitHub-Event: ${order.event}`,
    `X-Hub-Signature-256: sha256=${signature}`,
    'X-GitHub-Delivery: ',
  ].join('\r\n');
  const bytes = Buffer.concat([Buffer.from(`${head}${'0'.repeat(ID_LENGTH)}\r\n\r\n`), body]);
  return { bytes, idAt: head.length };
}

/** One connection, one request at a time, until it is stopped or the server is gone. */
function drive(order: LoadOrder, connection: number, tally: Tally): Promise<void> {
  const { bytes, idAt } = requestFor(order);
  const socket = connect({ host: '127.0.0.1', port: order.port, noDelay: true });
  let sent = 0;
  let id = '';
  let startedAt = 0;
  const send = () => {
    id = `${String(sent).padStart(8, '0')}-0000-11e3-8000-${String(connection).padStart(12, '0')}`;
    sent += 1;
    bytes.write(id, idAt, 'latin1');
    startedAt = performance.now();
    socket.write(bytes);
  };
  return new Promise((resolve) => {
    socket.on('connect', send);
    socket.on('data', (answer: Buffer) => {
      if (answer[9] === 0x32) tally.accepted.push(id);
      else tally.refused += 1;
      if (tally.measuring) tally.latencies.push(performance.now() - startedAt);
      if (tally.stopped) socket.end();
      else send();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
  });
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const tally: Tally = { measuring: false, stopped: false, refused: 0, accepted: [], latencies: [] };
  const connections = Array.from({ length: order.connections }, (_, index) => drive(order, index, tally));
  const at = (seconds: number, act: () => void) => setTimeout(act, seconds * 1000);
  const timers = [
    at(order.warmupSeconds, () => {
      tally.measuring = true;
    }),
    at(order.warmupSeconds + order.seconds, () => {
      tally.measuring = false;
      tally.stopped = true;
    }),
  ];
  await Promise.all(connections);
  for (const timer of timers) clearTimeout(timer);
  const { accepted, refused, latencies } = tally;
  return {
    perSecond: latencies.length / order.seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    accepted,
    refused,
  };
}

process.once('message', async (order: LoadOrder) => {
  const result = await load(order);
  process.send?.(result, () => process.disconnect());
});
