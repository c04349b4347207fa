/** Against a GitHub that records deliveries, lists them in pages and sends them again. */
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Probot } from 'probot';
import { probotOptions } from '../../src/github/client.ts';
import { listDeliveries, redeliver } from '../../src/github/deliveries.ts';
import { Sweeper } from '../../src/inbox/sweep.ts';
import { createLog } from '../../src/log.ts';
import { Secret } from '../../src/redact.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';

let github: LocalGitHub;
let probot: Probot;
let stored: Set<string>;
let log: string;
let now: number;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  const { APP_ID, PRIVATE_KEY } = github.environment;
  const privateKey = new Secret(PRIVATE_KEY ?? '');
  const options = probotOptions({
    apiUrl: github.url,
    auth: { type: 'app', appId: Number(APP_ID), privateKey },
  });
  probot = new Probot({ ...options, log: createLog('silent'), secret: github.deliveries.secret });
});
afterAll(() => github.close());

beforeEach(() => {
  stored = new Set();
  log = '';
  now = Date.now();
  github.deliveries.mode = 'fail';
});
afterEach(() => github.recover());

function createSweeper(oldest: number | null = null): Sweeper {
  const out = new Writable({
    write(line, _encoding, done) {
      log += line;
      done();
    },
  });
  return new Sweeper({
    deliveries: {
      list: async (cursor) => listDeliveries(await probot.auth(), cursor),
      redeliver: async (id) => redeliver(await probot.auth(), id),
    },
    inbox: { has: (_provider, guid) => stored.has(guid), oldest: () => oldest },
    onAsked: () => {},
    log: createLog('info', out),
    now: () => now,
  });
}

/** Events happen while Codex is down; answers their guids. */
function miss(count: number): string[] {
  const before = github.deliveries.all.length;
  for (let index = 0; index < count; index++) github.deliveries.give('issue_comment', { index });
  return github.deliveries.all.slice(before).map(({ guid }) => guid);
}

function sentAgain(): string[] {
  return github.deliveries.all.filter(({ redelivery }) => redelivery).map(({ guid }) => guid);
}

/** All that was recorded so far counts as stored. */
function storeAll(): void {
  for (const { guid } of github.deliveries.all) stored.add(guid);
}

test('what GitHub could not deliver is asked for once, page by page, and what is stored is not', async () => {
  const missed = miss(130);
  const [oldest, newest] = [String(missed.at(0)), String(missed.at(-1))];
  storeAll();
  stored.delete(oldest);
  stored.delete(newest);
  const sweeper = createSweeper();
  expect(await sweeper.sweep()).toBe(2);
  await github.deliveries.settled();
  expect(sentAgain()).toEqual([oldest, newest]);
  expect(await sweeper.sweep()).toBe(0);
});

test('one delivery that cannot be asked for holds up no other and is asked for by the next sweep', async () => {
  storeAll();
  const missed = miss(3);
  const first = github.deliveries.all.find(({ guid }) => guid === missed[0]);
  github.fail({ method: 'POST', path: new RegExp(`/deliveries/${first?.id}/attempts$`), answer: 422 });
  const sweeper = createSweeper();
  expect(await sweeper.sweep()).toBe(2);
  expect(await sweeper.sweep()).toBe(1);
  await github.deliveries.settled();
  expect(new Set(sentAgain().slice(-3))).toEqual(new Set(missed));
});

test('what fails when it is sent again is asked for later, each time later, and at last given up', async () => {
  storeAll();
  const [guid] = miss(1);
  const sweeper = createSweeper();
  const askedAfterMinutes: number[] = [];
  for (let minutes = 0; minutes <= 24 * 60; minutes += 10) {
    now = Date.now() + minutes * 60_000;
    if ((await sweeper.sweep()) > 0) askedAfterMinutes.push(minutes);
    await github.deliveries.settled();
  }
  expect(askedAfterMinutes).toEqual([0, 10, 50, 210]);
  expect(sentAgain().filter((again) => again === guid)).toHaveLength(4);
});

test('what was stored after it had failed is not asked for any more', async () => {
  storeAll();
  miss(1);
  const sweeper = createSweeper();
  expect(await sweeper.sweep()).toBe(1);
  await github.deliveries.settled();
  storeAll();
  now += 3_600_000;
  expect(await sweeper.sweep()).toBe(0);
});

test('a missing permission is logged once, and never stops the process', async () => {
  const sweeper = createSweeper();
  github.fail({ path: /^\/app\/hook\/deliveries$/, times: 2, answer: 403 });
  expect([await sweeper.sweep(), await sweeper.sweep()]).toEqual([0, 0]);
  expect(log.match(/could not look for missed deliveries/g)).toHaveLength(1);
});

test('it looks at the start, and stops when told', async () => {
  storeAll();
  const [guid] = miss(1);
  const sweeper = createSweeper();
  sweeper.start();
  await github.until('the delivery is sent again', () => sentAgain().includes(String(guid)));
  await sweeper.stop();
});
