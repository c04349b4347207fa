import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { BodyReader } from '../../src/http/body.ts';
import { createRouter } from '../../src/http/router.ts';
import { createRoutes } from '../../src/http/routes.ts';
import type { ProviderName, WebhookProvider } from '../../src/inbox/provider.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server on a free port; gives its URL. */
async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server has an address object once it listens.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers each body with its size, or why it has none, and may keep what it read. */
async function serve(maxBufferedBytes: number, release: boolean): Promise<(body: string) => Promise<string>> {
  const reader = new BodyReader({ maxBytes: 1_000, maxBufferedBytes, timeoutMs: 5_000 });
  const url = await listen(async (request, response) => {
    const body = await reader.read(request);
    if (typeof body !== 'string' && release) reader.release(body);
    response.end(typeof body === 'string' ? body : String(body.length));
  });
  return async (body) => (await fetch(url, { method: 'POST', body })).text();
}

test('bodies that are not released count against what is held in memory', async () => {
  const post = await serve(250, false);
  expect(await post('x'.repeat(100))).toBe('100');
  expect(await post('x'.repeat(100))).toBe('100');
  expect(await post('x'.repeat(100))).toBe('busy');
  expect(await post('x'.repeat(50))).toBe('50');
});

test('what is released or refused does not count', async () => {
  const post = await serve(1_500, true);
  for (let sent = 0; sent < 5; sent++) {
    expect(await post('x'.repeat(900))).toBe('900');
    expect(await post('x'.repeat(1_001))).toBe('too_large');
  }
});

test('whoever fills the memory of one provider leaves that of the others free', async () => {
  const [taken, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const provider = (name: ProviderName): WebhookProvider => ({
    name,
    path: `/${name}`,
    maxBytes: 1_000,
    maxBufferedBytes: 1_000,
    verify: () => ({ delivery: 'a delivery', event: 'an event' }),
  });
  const log = createLog('silent');
  const routes = createRoutes({
    providers: [provider('tradingview'), provider('github')],
    put: async (delivery) => {
      taken.resolve();
      if (delivery.provider === 'tradingview') await finish.promise;
      return 'stored';
    },
    checks: [],
    checkTimeoutMs: 1_000,
    bodyTimeoutMs: 5_000,
    metrics: createMetrics({ inbox: () => ({ pending: 0, dead: 0 }), jobs: () => [] }),
    log,
    now: Date.now,
  });
  const url = await listen(createRouter(routes, log));
  const post = async (path: string) =>
    (await fetch(url + path, { method: 'POST', body: 'x'.repeat(900) })).status;

  const filling = post('/tradingview');
  await taken.promise;
  expect(await post('/tradingview')).toBe(503);
  expect(await post('/github')).toBe(202);
  finish.resolve();
  expect(await filling).toBe(202);
});
