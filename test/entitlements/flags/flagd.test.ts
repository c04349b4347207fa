import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { parseFlagSet } from '../../../src/entitlements/flags/flag-set.ts';
import { type FlagdServer, startFlagd } from './flagd-server.ts';
import { type Followed, follow } from './follow.ts';
import { always } from './sets.ts';

let server: FlagdServer;
let flags: Followed | undefined;

beforeEach(async () => {
  server = await startFlagd(always(false));
});
afterEach(async () => {
  await flags?.close();
  flags = undefined;
  server.kill();
});

function followFlagd(lastKnown: string | null = null): Promise<Followed> {
  return follow({ type: 'flagd', address: server.address }, lastKnown);
}

const port = () => Number(server.address.split(':')[1]);

test("flagd's flags decide before the embedded ones, from the first decision on", async () => {
  flags = await followFlagd();
  expect(await flags.isAllowed()).toBe(false);
  expect(await flags.evaluate()).toMatchObject({ flagSet: parseFlagSet(always(false)).version });
});

test('a flag that flagd does not have is looked for in the embedded ones', async () => {
  flags = await followFlagd();
  expect(await flags.evaluate('codex.plan')).toMatchObject({ kind: 'answer', allowed: true });
  expect(await flags.evaluate('codex.unheard-of')).toMatchObject({ kind: 'unknown' });
});

test('a change is used as soon as flagd tells it', async () => {
  flags = await followFlagd();
  await flags.next();
  server.give(always(true));
  expect(await flags.next()).toMatchObject([{ result: 'used' }]);
  expect(await flags.isAllowed()).toBe(true);
});

test('a broken set is refused, and the last good one stays', async () => {
  flags = await followFlagd();
  await flags.next();
  server.give('{"flags": {"codex.pr": true}}');
  expect(await flags.next()).toMatchObject([{ result: 'refused', source: `flagd://${server.address}` }]);
  expect(await flags.isAllowed()).toBe(false);
});

describe('a flagd that dies', () => {
  test('leaves its last flags in force, and is followed again when it is back', async () => {
    flags = await followFlagd();
    await flags.next();
    server.kill();
    expect(await flags.next()).toMatchObject([{ result: 'lost' }]);
    expect(await flags.isAllowed()).toBe(false);

    server = await startFlagd(always(true), port());
    expect(await flags.next()).toMatchObject([{ result: 'used' }]);
    expect(await flags.isAllowed()).toBe(true);
  });

  test('again and again is told once each time, and its flags of that time decide', async () => {
    flags = await followFlagd();
    await flags.next();
    for (const allowed of [true, false, true]) {
      server.kill();
      expect(await flags.next()).toMatchObject([{ result: 'lost' }]);
      server = await startFlagd(always(allowed), port());
      expect(await flags.next()).toMatchObject([{ result: 'used' }]);
      expect(await flags.isAllowed()).toBe(allowed);
    }
  });
});

describe('a flagd that cannot be reached at the start', () => {
  beforeEach(() => server.kill());

  test('does not hold it up: the embedded flags decide until it is there', async () => {
    flags = await followFlagd();
    expect(await flags.next()).toMatchObject([{ result: 'lost' }, { result: 'used', source: 'embedded' }]);
    expect(await flags.isAllowed()).toBe(true);

    server = await startFlagd(always(false), port());
    expect(await flags.next()).toMatchObject([{ result: 'used', source: `flagd://${server.address}` }]);
    expect(await flags.isAllowed()).toBe(false);
  });

  test('nor does one that takes the connection and says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    const connected = once(silent, 'connection');
    await once(silent, 'listening');
    const { port } = z.object({ port: z.int() }).parse(silent.address());
    flags = await follow({ type: 'flagd', address: `127.0.0.1:${port}` });
    expect(flags.events).toMatchObject([
      { result: 'lost', reason: 'flagd does not answer' },
      { result: 'used' },
    ]);
    expect(await flags.isAllowed()).toBe(true);
    await flags.close();
    flags = undefined;
    const [socket] = await connected;
    z.instanceof(Socket).parse(socket).destroy();
    silent.close();
  });

  test('what it said to the process before decides in its place', async () => {
    flags = await followFlagd(always(false));
    expect(await flags.isAllowed()).toBe(false);
  });
});
