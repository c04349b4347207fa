/** A real server on a free port, with a real database in a directory of its own. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TradingViewConfig } from '../../src/config/tradingview.ts';
import type { ReadyCheck } from '../../src/http/ready.ts';
import { createRouter } from '../../src/http/router.ts';
import { createRoutes } from '../../src/http/routes.ts';
import { createServer } from '../../src/http/server.ts';
import { webhookProviders } from '../../src/inbox/providers.ts';
import { InboxStore } from '../../src/inbox/store.ts';
import { InboxWriter } from '../../src/inbox/writer.ts';
import { createLog, type Log } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { Secret } from '../../src/redact.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';

export const SECRET = 'the-new-secret-of-this-test';
export const OLD_SECRET = 'the-old-secret-of-this-test';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly db: Db;
  readonly inbox: InboxStore;
  readonly writer: InboxWriter;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  readonly checks?: readonly ReadyCheck[];
  readonly checkTimeoutMs?: number;
  readonly bodyTimeoutMs?: number;
  readonly tradingview?: TradingViewConfig;
  readonly log?: Log;
}

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'codex-http-'));
  const file = join(directory, 'codex.db');
  const db = openDatabase(file);
  const inbox = new InboxStore(db);
  const writer = new InboxWriter(file);
  const log = options.log ?? createLog('silent');
  const routes = createRoutes({
    providers: await webhookProviders({
      github: [new Secret(OLD_SECRET), new Secret(SECRET)],
      ...(options.tradingview ? { tradingview: options.tradingview } : {}),
    }),
    put: (delivery) => writer.put(delivery),
    checks: options.checks ?? [],
    checkTimeoutMs: options.checkTimeoutMs ?? 1_000,
    bodyTimeoutMs: options.bodyTimeoutMs ?? 5_000,
    metrics: createMetrics({
      inbox: () => inbox.counts(),
      jobs: () => [{ queue: 'plan', state: 'queued', count: 3 }],
    }),
    log,
    now: Date.now,
  });
  const server = await createServer({
    host: '127.0.0.1',
    port: 0,
    webhookProxy: null,
    webhookPath: '/webhooks/github',
    probot: { appId: 1, privateKey },
    handle: createRouter(routes, log),
    log,
  });
  const { port } = await server.start();
  const stop = async () => {
    await server.stop(0);
    await writer.close();
    db.close();
    rmSync(directory, { recursive: true });
  };
  return { url: `http://127.0.0.1:${port}`, port, db, inbox, writer, stop };
}

export function sign(body: string | Buffer, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** The headers GitHub sends, with a signature that fits `body`. */
export function headersFor(body: string | Buffer, delivery: string, secret = SECRET): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-github-event': 'issue_comment',
    'x-github-delivery': delivery,
    'x-hub-signature-256': sign(body, secret),
  };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Posts to the server's webhook route. */
export async function post(
  server: TestServer,
  body: string | Buffer,
  headers: Record<string, string>,
  path = '/webhooks/github',
): Promise<Answer> {
  const sent = typeof body === 'string' ? body : new Uint8Array(body);
  const response = await fetch(server.url + path, { method: 'POST', body: sent, headers });
  return { status: response.status, body: await response.json(), headers: response.headers };
}
