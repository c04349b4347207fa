import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type TestServer } from './setup.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('/health says that the process lives, and for how long', async () => {
  const response = await fetch(`${server.url}/health?from=probe`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ok', uptime_seconds: expect.any(Number) });
});

test('/metrics is what Prometheus reads', async () => {
  const response = await fetch(`${server.url}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const text = await response.text();
  expect(text).toContain('codex_jobs{queue="plan",state="queued"} 3');
  expect(text).toContain('codex_inbox_pending 0');
  expect(text).toContain('process_resident_memory_bytes');
});

test.each([
  ['GET', '/webhooks/github', 405, 'POST'],
  ['PUT', '/webhooks/github', 405, 'POST'],
  ['POST', '/health', 405, 'GET, HEAD'],
  ['DELETE', '/metrics', 405, 'GET, HEAD'],
  ['HEAD', '/ready', 200, null],
  ['POST', '/webhooks/stripe', 404, null],
  ['POST', '/webhooks/github/', 404, null],
  ['GET', '/', 404, null],
  ['GET', '/probot', 404, null],
  ['GET', '/%2e%2e/etc/passwd', 404, null],
  ['POST', '/api/github/webhooks', 404, null],
])('%s %s is answered %i', async (method, path, status, allow) => {
  const response = await fetch(server.url + path, { method });
  expect(response.status).toBe(status);
  expect(response.headers.get('allow')).toBe(allow);
});

describe('/ready', () => {
  test('names the part that fails, whether it says so, throws or never answers', async () => {
    const broken = await startServer({
      checkTimeoutMs: 30,
      checks: [
        { name: 'database', check: async () => null },
        { name: 'worker', check: async () => 'the last tick was 90 s ago' },
        { name: 'docker', check: () => Promise.reject(new Error('no tcp://me:hunter2@docker')) },
        { name: 'github', check: () => new Promise(() => {}) },
      ],
    });
    const response = await fetch(`${broken.url}/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: 'failing',
      checks: {
        database: 'ok',
        worker: 'the last tick was 90 s ago',
        docker: 'no tcp://[redacted]@docker',
        github: 'no answer within 30 ms',
      },
    });
    await broken.stop();
  });

  test('is 200 when every part works', async () => {
    const response = await fetch(`${server.url}/ready`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok' });
  });
});
