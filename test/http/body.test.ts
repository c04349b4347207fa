import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { BodyReader } from '../../src/http/body.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that answers each body with its size, or why it has none, and may keep what it read. */
async function serve(reader: BodyReader, release: boolean): Promise<(body: string) => Promise<string>> {
  const server = createServer(async (request, response) => {
    const body = await reader.read(request, { maxBytes: 1_000, timeoutMs: 5_000 });
    if (typeof body !== 'string' && release) reader.release(body);
    response.end(typeof body === 'string' ? body : String(body.length));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server has an address object once it listens.
  const { port } = server.address() as AddressInfo;
  return async (body) => (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })).text();
}

test('bodies that are not released count against what is held in memory', async () => {
  const post = await serve(new BodyReader(250), false);
  expect(await post('x'.repeat(100))).toBe('100');
  expect(await post('x'.repeat(100))).toBe('100');
  expect(await post('x'.repeat(100))).toBe('busy');
  expect(await post('x'.repeat(50))).toBe('50');
});

test('what is released or refused does not count', async () => {
  const post = await serve(new BodyReader(1_500), true);
  for (let sent = 0; sent < 5; sent++) {
    expect(await post('x'.repeat(900))).toBe('900');
    expect(await post('x'.repeat(1_001))).toBe('too_large');
  }
});
