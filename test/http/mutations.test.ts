/** Recorded webhooks of GitHub, broken in every way: answered, never a crash. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { githubProvider } from '../../src/inbox/github.ts';
import { Secret } from '../../src/redact.ts';
import { headersFor, post, SECRET, startServer, type TestServer } from './setup.ts';

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
  readonly examples: readonly unknown[];
}[];
const payloads = examples.flatMap(({ examples: all }) => all.map((payload) => JSON.stringify(payload)));

/** Bytes that JSON, UTF-8 and JavaScript are touchy about. */
const fragment = fc.oneof(
  fc.constantFrom(
    '"',
    '{',
    '}',
    '[',
    ',',
    ':',
    '\\',
    '\\u',
    '\0',
    '\r\n',
    '-',
    '1e999',
    'null',
    '"__proto__":',
  ),
  fc.constantFrom('{"a":'.repeat(2_000), '['.repeat(5_000), '9'.repeat(400)),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const mutation = fc.record({
  payload: fc.constantFrom(...payloads),
  /** Where, from 0 to 1 of its length. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.nat(50)),
  inserted: fc.oneof(fc.constantFrom('', ' ', 'x'), fragment, fc.uint8Array({ maxLength: 4 })),
});

function mutated({
  payload,
  at,
  removed,
  inserted,
}: typeof mutation extends fc.Arbitrary<infer T> ? T : never) {
  const body = Buffer.from(payload);
  const start = Math.floor(at * body.length);
  return Buffer.concat([body.subarray(0, start), Buffer.from(inserted), body.subarray(start + removed)]);
}

const header = fc.option(
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((n) => String.fromCharCode(n)) }),
  {
    freq: 3,
    nil: null,
  },
);
const headers = fc.record({
  'x-github-event': header,
  'x-hub-signature-256': header,
  'content-type': header,
});

function withHeaders(right: Record<string, string>, changed: Record<string, string | null>) {
  const set = Object.entries(changed).filter((entry): entry is [string, string] => entry[1] !== null);
  return { ...right, ...Object.fromEntries(set) };
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('2,000 over HTTP: 2xx or 4xx, and the server still stands', async () => {
  let sent = 0;
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(mutation, headers, async (change, wrong) => {
      const body = mutated(change);
      sent += 1;
      const { status } = await post(server, body, withHeaders(headersFor(body, `mutated-${sent}`), wrong));
      statuses.add(status);
      expect(status === 202 || status === 400 || status === 401).toBe(true);
    }),
    { numRuns: 2_000 },
  );
  expect([...statuses].sort()).toEqual([202, 400, 401]);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

test('100,000 through the checks: taken only when they are one JSON object', () => {
  const provider = githubProvider([new Secret(SECRET)]);
  let taken = 0;
  fc.assert(
    fc.property(mutation, (change) => {
      const body = mutated(change);
      const verified = provider.verify({ headers: headersFor(body, 'mutated'), body }, 0);
      if ('status' in verified) return verified.status === 400;
      taken += 1;
      return typeof JSON.parse(body.toString()) === 'object';
    }),
    { numRuns: 100_000 },
  );
  expect(taken).toBeGreaterThan(1_000);
});
