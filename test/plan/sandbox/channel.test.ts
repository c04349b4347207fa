import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type SandboxEvent, sandboxEvent } from '../../../src/plan/events.ts';
import { EventChannel, newNonce } from '../../../src/plan/sandbox/channel.ts';

const nonce = newNonce();
const line = (event: object) => `${JSON.stringify({ nonce, ...event })}\n`;

function read(...chunks: (string | Buffer)[]) {
  const events: SandboxEvent[] = [];
  const channel = new EventChannel(nonce, sandboxEvent, (event) => events.push(event));
  for (const chunk of chunks) channel.push(Buffer.from(chunk));
  return { events, forged: channel.forged };
}

test('events arrive in order, wherever the stream is cut', () => {
  const all = Buffer.from([1, 2, 3].map((count) => line({ event: 'collected', count })).join(''));
  fc.assert(
    fc.property(fc.nat(all.length), fc.nat(all.length), (one, two) => {
      const [a, b] = [Math.min(one, two), Math.max(one, two)];
      const { events, forged } = read(all.subarray(0, a), all.subarray(a, b), all.subarray(b));
      expect(events).toEqual([1, 2, 3].map((count) => ({ event: 'collected', count })));
      expect(forged).toBe(0);
    }),
  );
});

test('what is not an event of this run is counted and kept back', () => {
  const { events, forged } = read(
    'docker: hello\n',
    line({ event: 'collected', count: -1 }),
    line({ event: 'unheard of' }),
    '{"event":"exit","status":0}\n',
    `{"nonce":"${nonce.slice(1)}0","event":"exit","status":0}\n`,
    `{"nonce":"x","event":"note","text":"${nonce}"}\n`,
    `[${nonce}\n`,
    line({ event: 'exit', status: 1 }),
  );
  expect(events).toEqual([{ event: 'exit', status: 1 }]);
  expect(forged).toBe(7);
});

test('a line without an end is dropped at its limit, and what follows is read', () => {
  const long = Buffer.alloc(1 << 20, 'a');
  const { events, forged } = read(long, long, long, long, long, `\n${line({ event: 'exit', status: 1 })}`);
  expect(events).toEqual([{ event: 'exit', status: 1 }]);
  expect(forged).toBe(1);
});

test('after thousands of forged lines nothing more is believed', () => {
  const { events, forged } = read('x\n'.repeat(20_000), line({ event: 'exit', status: 0 }));
  expect(events).toEqual([]);
  expect(forged).toBeGreaterThanOrEqual(10_000);
});

test('no bytes break the reader', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (chunks) => {
      expect(read(...chunks.map((chunk) => Buffer.from(chunk))).events).toEqual([]);
    }),
  );
});
