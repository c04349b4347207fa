import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { headersFor, OLD_SECRET, post, SECRET, sign, startServer, type TestServer } from './setup.ts';

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
  readonly name: string;
  readonly examples: readonly unknown[];
}[];

const COMMENT = JSON.stringify({ action: 'created', comment: { body: '/codex plan' } });

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

function counted(result: string): Promise<number> {
  return metric(`codex_webhooks_total{provider="github",result="${result}"}`);
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? 0);
}

describe('a webhook with the right signature', () => {
  test('is in the database when it is answered 202', async () => {
    const answer = await post(server, COMMENT, headersFor(COMMENT, 'first'));
    expect(answer).toMatchObject({ status: 202, body: { status: 'stored' } });
    const row = server.inbox.due(Date.now(), 1_000).find(({ delivery }) => delivery === 'first');
    expect(row).toMatchObject({ provider: 'github', event: 'issue_comment', attempt: 0 });
    expect(row?.body.toString()).toBe(COMMENT);
  });

  test('is stored once when GitHub sends it twice, even at the same time', async () => {
    const headers = headersFor(COMMENT, 'twice');
    const answers = await Promise.all([post(server, COMMENT, headers), post(server, COMMENT, headers)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers.map(({ body }) => body)).toContainEqual({ status: 'stored' });
    expect(answers.map(({ body }) => body)).toContainEqual({ status: 'already stored' });
  });

  test('is taken with the old secret while the secrets are rotated', async () => {
    const answer = await post(server, COMMENT, headersFor(COMMENT, 'rotated', OLD_SECRET));
    expect(answer.status).toBe(202);
  });

  test('may be any event GitHub has', async () => {
    const statuses = new Map<number, number>();
    for (const { name, examples: payloads } of examples) {
      for (const [index, payload] of payloads.entries()) {
        const body = JSON.stringify(payload);
        const headers = {
          ...headersFor(body, `${name}-${index}`.replaceAll('_', '-')),
          'x-github-event': name,
        };
        const { status } = await post(server, body, headers);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
    expect([...statuses.keys()]).toEqual([202]);
    expect(statuses.get(202)).toBeGreaterThan(300);
  });
});

describe('a webhook that is not signed with the secret', () => {
  const headers = headersFor(COMMENT, 'unsigned');
  const { 'x-hub-signature-256': _, ...unsigned } = headers;

  test.each([
    ['has no signature', unsigned],
    ['has another signature', { ...headers, 'x-hub-signature-256': sign(COMMENT, 'not the secret') }],
    ['has the signature of another body', { ...headers, 'x-hub-signature-256': sign(`${COMMENT} `) }],
    ['has the signature in SHA-1 only', { ...unsigned, 'x-hub-signature': 'sha1=0123' }],
    ['has a signature that is not one', { ...headers, 'x-hub-signature-256': 'sha256=é' }],
  ])('%s: 401, counted, nothing stored', async (_name, wrong: Record<string, string>) => {
    const before = await counted('unauthorized');
    const answer = await post(server, COMMENT, wrong);
    expect(answer.status).toBe(401);
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
    expect(server.inbox.has('github', 'unsigned')).toBe(false);
    expect(await counted('unauthorized')).toBe(before + 1);
  });
});

describe('a signed webhook that is malformed', () => {
  test.each([
    ['is not JSON', '{"action":', {}, 'not a JSON object'],
    ['is a JSON array', '[]', {}, 'not a JSON object'],
    ['is JSON null', 'null', {}, 'not a JSON object'],
    ['is empty', '', {}, 'not a JSON object'],
    ['is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), {}, 'not a JSON object'],
    [
      'is a form',
      'payload=%7B%7D',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'application/json',
    ],
    ['has no event', '{}', { 'x-github-event': '' }, 'X-GitHub-Event'],
    ['has a strange event', '{}', { 'x-github-event': 'a b' }, 'X-GitHub-Event'],
    ['has no delivery id', '{}', { 'x-github-delivery': '' }, 'X-GitHub-Delivery'],
  ])('%s: 400 that says so', async (_name, body, headers, words) => {
    const answer = await post(server, body, { ...headersFor(body, 'malformed'), ...headers });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(words);
    expect(server.inbox.has('github', 'malformed')).toBe(false);
  });
});

describe('a body over the limit of 25 MB', () => {
  const big = Buffer.alloc(25 * 1024 * 1024 + 1, ' ');

  test('is refused by its length, and a client that sends on sees the answer', async () => {
    const answer = await post(server, big, headersFor(big, 'big'));
    expect(answer.status).toBe(413);
    expect(answer.headers.get('connection')).toBe('close');
  });

  test('is refused while it streams when its length is not declared', async () => {
    const body = ReadableStream.from([new Uint8Array(big)]);
    const init = { method: 'POST', body, duplex: 'half' as const, headers: headersFor(big, 'big') };
    const response = await fetch(`${server.url}/webhooks/github`, init);
    expect(response.status).toBe(413);
    expect(server.inbox.has('github', 'big')).toBe(false);
  });
});

test('a body that does not arrive in time is answered 408, and one that is broken off leaves nothing', async () => {
  const slow = await startServer({ bodyTimeoutMs: 50 });
  const head = `POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`;
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(slow.port, '127.0.0.1', () => socket.write(head));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
  expect(answer).toMatch(/^HTTP\/1.1 408 /);

  const socket = connect(slow.port, '127.0.0.1', () => socket.write(head, () => socket.destroy()));
  await new Promise((resolve) => socket.once('close', resolve));
  expect((await fetch(`${slow.url}/health`)).status).toBe(200);
  expect(slow.inbox.counts().pending).toBe(0);
  await slow.stop();
});
