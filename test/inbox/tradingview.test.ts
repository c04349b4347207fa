/** TradingView's alerts over a real server: from the request to the row, and what is answered instead. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { alert } from '../../src/alerts/alert.ts';
import type { TradingViewConfig } from '../../src/config/tradingview.ts';
import { createLog } from '../../src/log.ts';
import { Secret } from '../../src/redact.ts';
import { OLD_SECRET, SECRET, SUBJECT, signedHeaders, tokenOf } from '../alerts/setup.ts';
import { type Answer, startServer, type TestServer } from '../http/setup.ts';
import { LogLines } from '../support/log-lines.ts';

const PATH = '/webhooks/tradingview';
const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const MINUTE = 60_000;

const log = new LogLines();
let server: TestServer;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server.stop());

function start(setting: Partial<TradingViewConfig> = {}): Promise<TestServer> {
  const secrets = [new Secret(OLD_SECRET), new Secret(SECRET)];
  const tradingview = {
    secrets,
    sources: [],
    requireClientCertificate: false,
    trustedProxies: [],
    ...setting,
  };
  return startServer({ tradingview, log: createLog('trace', log) });
}

/** A time no other alert of these tests has, about a minute ago. */
let time = Date.now() - MINUTE;
function timenow(): string {
  time += 1;
  return new Date(time).toISOString();
}

const native = (entries: object = {}) =>
  JSON.stringify({ token: tokenOf(), alert: 'drawdown', timenow: timenow(), ...entries });
const relayed = (entries: object = {}) => native({ token: undefined, ...SUBJECT, ...entries });

async function send(
  body: string | Buffer,
  headers: Record<string, string> = JSON_TYPE,
  query = '',
  to = server,
): Promise<Answer> {
  const sent = typeof body === 'string' ? body : new Uint8Array(body);
  const response = await fetch(to.url + PATH + query, { method: 'POST', body: sent, headers });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

/** The alerts that are stored, oldest first. */
function stored(from = server) {
  return from.inbox
    .due(Number.MAX_SAFE_INTEGER, 10_000)
    .map((row) => ({ ...row, alert: alert.parse(JSON.parse(row.body.toString())) }));
}

describe('an alert with a token', () => {
  test('is on the disk when it is answered 202, and without its token', async () => {
    const at = timenow();
    const body = native({
      timenow: at,
      symbol: 'BTCUSDT',
      drawdown: '12.5',
      order_id: 7,
      note: `by ${tokenOf()}`,
    });
    expect(await send(body)).toMatchObject({ status: 202, body: { status: 'stored' } });
    const row = stored().at(-1);
    expect(row).toMatchObject({ provider: 'tradingview', event: 'drawdown', delivery: row?.alert.id });
    expect(row?.alert).toMatchObject({
      ...SUBJECT,
      alert: 'drawdown',
      timenow: at,
      symbol: 'BTCUSDT',
      orderId: '7',
      values: { drawdown: 12.5 },
      fields: { drawdown: '12.5', note: 'by [redacted]' },
      proof: 'token',
      sourceAddress: '127.0.0.1',
      clientCertificate: false,
    });
    expect(row?.body.toString()).not.toContain('tv1.');
  });

  test('may have it in the URL, and be text with its kind there, too', async () => {
    const query = `?token=${tokenOf()}&alert=position_open`;
    const answer = await send(`Bot: order buy filled\ntimenow: ${timenow()}`, TEXT, query);
    expect(answer.status).toBe(202);
    expect(stored().at(-1)?.alert).toMatchObject({
      alert: 'position_open',
      message: 'Bot: order buy filled',
    });
  });

  test('may have one by the old secret while the secrets are rotated', async () => {
    expect(await send(native({ token: tokenOf({}, OLD_SECRET) }))).toMatchObject({ status: 202 });
  });

  test('may name its repository and strategy as well, the repository in other capitals', async () => {
    const body = native({ repository: 'Acme/Bot', strategy: SUBJECT.strategy });
    expect(await send(body)).toMatchObject({ status: 202 });
  });

  test('may say its time as Pine prints it', async () => {
    const at = Date.now() - 1_234;
    expect(await send(native({ timenow: String(at) }))).toMatchObject({ status: 202 });
    expect(stored().at(-1)?.alert.timenow).toBe(new Date(at).toISOString());
  });
});

describe('an alert that a relay signed', () => {
  test('is stored', async () => {
    const body = relayed();
    expect(await send(body, signedHeaders(body))).toMatchObject({ status: 202 });
    expect(stored().at(-1)?.alert).toMatchObject({ ...SUBJECT, proof: 'signature' });
  });

  test('needs no time of its own: the signature has one', async () => {
    const body = relayed({ timenow: undefined });
    expect(await send(body, signedHeaders(body))).toMatchObject({ body: { status: 'stored' } });
    expect(
      await send(body, signedHeaders(body, { seconds: Math.floor(Date.now() / 1000) - 60 })),
    ).toMatchObject({
      body: { status: 'stored' },
    });
    expect(stored().at(-1)?.alert.timenow).toBeNull();
  });

  test('is refused when the signature is of another body, however right its token is', async () => {
    const body = native();
    expect(await send(body, signedHeaders(`${body} `))).toMatchObject({ status: 401 });
  });

  test.each(['?alert=flat', `?token=${tokenOf()}`])(
    'takes nothing from the URL, which is not signed: %s',
    async (query) => {
      const body = native();
      expect(await send(body, signedHeaders(body), query)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('covers the body and not the URL') },
      });
    },
  );

  test('is refused when it is stale, even if the alert is fresh', async () => {
    const body = relayed();
    const seconds = Math.floor(Date.now() / 1000) - 301;
    expect(await send(body, signedHeaders(body, { seconds }))).toMatchObject({ status: 401 });
  });

  test('must name the repository and the strategy', async () => {
    for (const entries of [
      { repository: undefined },
      { strategy: undefined },
      { repository: 'acme/bot/x' },
    ]) {
      const body = relayed(entries);
      expect(await send(body, signedHeaders(body))).toMatchObject({ status: 400 });
    }
  });
});

describe('without proof nothing is stored', () => {
  test.each([
    ['no token and no signature', {}],
    ['a token by another secret', { token: tokenOf({}, 'a-secret-of-somebody-else') }],
    ['a token of another strategy than the message names', { token: tokenOf(), strategy: 'trend' }],
    ['a token of another repository than the message names', { token: tokenOf(), repository: 'acme/other' }],
    ['a token that is a number', { token: 5 }],
  ])('%s', async (_, entries) => {
    const before = stored().length;
    const body = JSON.stringify({ alert: 'drawdown', timenow: timenow(), ...entries });
    expect(await send(body)).toMatchObject({ status: 401, body: { error: expect.any(String) } });
    expect(stored()).toHaveLength(before);
  });

  test('a token in the URL and another one in the message', async () => {
    expect(await send(native(), JSON_TYPE, `?token=${tokenOf({ strategy: 'trend' })}`)).toMatchObject({
      status: 401,
    });
  });
});

describe('an alert counts once', () => {
  test('though it is sent again, with whatever else in it', async () => {
    const at = timenow();
    expect(await send(native({ timenow: at }))).toMatchObject({ body: { status: 'stored' } });
    const again = native({ timenow: at, drawdown: 99 });
    expect(await send(again)).toMatchObject({ status: 202, body: { status: 'already stored' } });
  });

  test('though a relay sends it that has it from TradingView, too', async () => {
    const at = timenow();
    const body = relayed({ timenow: at });
    expect(await send(native({ timenow: at }))).toMatchObject({ body: { status: 'stored' } });
    expect(await send(body, signedHeaders(body))).toMatchObject({ body: { status: 'already stored' } });
  });

  test.each([
    { order_id: 'b' },
    { symbol: 'ETHUSDT' },
    { alert: 'flat' },
    { token: tokenOf({ strategy: 'trend' }) },
    { token: tokenOf({ repository: 'acme/other' }) },
  ])('and another of the same second is another: %j', async (other) => {
    const at = timenow();
    await send(native({ timenow: at, order_id: 'a' }));
    const answer = await send(native({ timenow: at, order_id: 'a', ...other }));
    expect(answer).toMatchObject({ body: { status: 'stored' } });
  });

  test('and is taken late, in whatever order alerts come', async () => {
    const [first, second] = [native({ alert: 'position_open' }), native({ alert: 'flat' })];
    expect(await send(second)).toMatchObject({ status: 202 });
    expect(await send(first)).toMatchObject({ status: 202 });
    expect(
      stored()
        .slice(-2)
        .map(({ event }) => event),
    ).toEqual(['flat', 'position_open']);
  });
});

describe('a time that is not now is refused', () => {
  test.each([
    ['stale', -6 * MINUTE, '5 minutes old'],
    ['future', 6 * MINUTE, '5 minutes in the future'],
  ])('%s', async (_, difference, words) => {
    const body = native({ timenow: new Date(Date.now() + difference).toISOString() });
    expect(await send(body)).toMatchObject({ status: 400, body: { error: expect.stringContaining(words) } });
  });

  test.each([
    ['missing', undefined, 'add "timenow": "{{timenow}}"'],
    ['never filled in', '{{timenow}}', 'str.tostring(timenow)'],
    ['no time', '2026-13-41T00:00:00Z', '"timenow" is not a time'],
    ['in another form, though it is now', new Date().toUTCString(), '"timenow" is not a time'],
  ])('%s', async (_, given, words) => {
    const answer = await send(native({ timenow: given }));
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining(words) } });
  });
});

describe('a malformed alert is answered with what is wrong', () => {
  test.each([
    ['no JSON', '{"alert": drawdown}', 'The message is not JSON. Write each'],
    ['NaN', native().replace('"drawdown"', 'NaN'), 'Write each {{placeholder}} in quotes'],
    ['nested', native({ position: { size: 1 } }), '"position" holds other entries'],
    ['__proto__', native().replace('{', '{"__proto__": {"admin": true},'), 'The name of entry 1'],
    ['no kind', native({ alert: undefined }), 'add "alert": "drawdown"'],
    ['a kind that is a sentence', native({ alert: 'Position opened!' }), '"alert" is not one word'],
  ])('%s', async (_, body, words) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining(words) } });
  });

  test('something else in the URL', async () => {
    expect(await send(native(), JSON_TYPE, '?strategy=x')).toMatchObject({ status: 400 });
    expect(await send(native(), JSON_TYPE, `?token=${tokenOf()}&token=${tokenOf()}`)).toMatchObject({
      status: 400,
    });
  });

  test('more than 64 KB', async () => {
    expect(await send(native({ message: 'x'.repeat(64 * 1024) }))).toMatchObject({ status: 413 });
  });

  test('Markdown and mentions are none of its mistakes: they are kept as text', async () => {
    const message = '@acme/everyone <img src=x onerror=alert(1)> [x](javascript:1) `rm -rf`\u202e';
    expect(await send(native({ message }))).toMatchObject({ status: 202 });
    expect(stored().at(-1)?.alert.message).toBe(message);
  });
});

describe('what can be required of a sender who does not sign', () => {
  const TRADINGVIEW = { 'x-forwarded-for': '52.89.214.238' };
  const CERTIFICATE = { 'x-codex-client-certificate': 'tradingview' };

  test('its address, as a trusted proxy says', async () => {
    const strict = await start({ sources: ['52.89.214.238'], trustedProxies: ['127.0.0.1'] });
    expect(await send(native(), { ...JSON_TYPE, ...TRADINGVIEW }, '', strict)).toMatchObject({ status: 202 });
    expect(stored(strict).at(-1)?.alert.sourceAddress).toBe('52.89.214.238');
    const forged = { 'x-forwarded-for': '52.89.214.238, 203.0.113.9' };
    expect(await send(native(), { ...JSON_TYPE, ...forged }, '', strict)).toMatchObject({ status: 401 });
    const body = relayed();
    expect(await send(body, signedHeaders(body), '', strict)).toMatchObject({ status: 202 });
    await strict.stop();
  });

  test('its address, which no header changes where no proxy is trusted', async () => {
    const strict = await start({ sources: ['52.89.214.238'] });
    expect(await send(native(), { ...JSON_TYPE, ...TRADINGVIEW }, '', strict)).toMatchObject({ status: 401 });
    await strict.stop();
  });

  test('its certificate, as a trusted proxy says', async () => {
    const strict = await start({ requireClientCertificate: true, trustedProxies: ['127.0.0.1'] });
    expect(await send(native(), { ...JSON_TYPE, ...CERTIFICATE }, '', strict)).toMatchObject({ status: 202 });
    expect(stored(strict).at(-1)?.alert.clientCertificate).toBe(true);
    expect(await send(native(), JSON_TYPE, '', strict)).toMatchObject({ status: 401 });
    await strict.stop();
  });
});

test('what cannot be stored is answered 503, and taken when TradingView sends it again', async () => {
  const broken = await start();
  const body = native();
  broken.db.exec("CREATE TRIGGER refuse BEFORE INSERT ON inbox BEGIN SELECT raise(ABORT, 'no'); END");
  expect(await send(body, JSON_TYPE, '', broken)).toMatchObject({ status: 503 });
  expect(stored(broken)).toHaveLength(0);
  broken.db.exec('DROP TRIGGER refuse');
  expect(await send(body, JSON_TYPE, '', broken)).toMatchObject({ body: { status: 'stored' } });
  await broken.stop();
});

test('without a secret, there is nothing at its path', async () => {
  const off = await start({ secrets: [] });
  expect(await send(native(), JSON_TYPE, '', off)).toMatchObject({ status: 404 });
  await off.stop();
});

test('of all that came, no token is in the log, not even a wrong one', () => {
  const text = JSON.stringify(log.all);
  expect(text).toContain('webhook refused');
  expect(text).not.toContain('tv1.');
});
