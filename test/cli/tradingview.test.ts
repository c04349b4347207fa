/** What a trader pastes into TradingView, taken by a server that has the same secret. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/redact.ts';
import { OLD_SECRET, SECRET, SUBJECT, tokenOf } from '../alerts/setup.ts';
import { startServer, type TestServer } from '../http/setup.ts';
import { codexctl } from '../support/codexctl.ts';

const { repository, strategy } = SUBJECT;

let directory: string;
let server: TestServer;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'codex-tradingview-'));
  const secrets = [new Secret(SECRET)];
  const tradingview = { secrets, sources: [], requireClientCertificate: false, trustedProxies: [] };
  server = await startServer({ tradingview });
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

function tradingview(...args: string[]) {
  const secrets = `${OLD_SECRET},${SECRET}`;
  const environment = {
    CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET: secrets,
    PORT: String(server.port),
  };
  return codexctl(['tradingview', ...args], environment);
}

function fileOf(text: string): string {
  const file = join(directory, 'message');
  writeFileSync(file, text);
  return file;
}

describe('codexctl tradingview token', () => {
  test('prints the token of a strategy, by the newest secret', async () => {
    expect((await tradingview('token', repository, strategy)).stdout).toBe(tokenOf());
  });

  test('says which name is none', async () => {
    expect(await tradingview('token', 'acme', strategy)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('It is not OWNER/REPO.'),
    });
  });

  test('says which variable has the secret, where there is none', async () => {
    const { exitCode, stderr } = await codexctl(['tradingview', 'token', repository, strategy]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET');
  });
});

describe('codexctl tradingview template', () => {
  test('prints a message that is taken once TradingView has filled it in', async () => {
    const { stdout } = await tradingview('template', repository, strategy, 'position_open');
    const filled = stdout
      .replace('{{timenow}}', new Date().toISOString())
      .replace('{{close}}', '98765.4')
      .replaceAll(/\{\{.*?\}\}/g, 'NaN');
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/webhooks/tradingview`, {
      method: 'POST',
      headers,
      body: filled,
    });
    expect(answer.status).toBe(202);
  });

  test('of an indicator has nothing that TradingView fills in for strategies only', async () => {
    const { stdout } = await tradingview('template', repository, strategy, 'drawdown', '--indicator');
    expect(JSON.parse(stdout)).toHaveProperty('close', '{{close}}');
    expect(stdout).not.toContain('{{strategy.');
  });
});

describe('codexctl tradingview send', () => {
  test('signs a message, which is stored', async () => {
    const file = fileOf(JSON.stringify({ repository, strategy, alert: 'flat', timenow: '{{timenow}}' }));
    expect((await tradingview('send', file)).stdout).toBe('Codex answered 202: {"status":"stored"}');
    expect(server.inbox.due(Number.MAX_SAFE_INTEGER, 10).at(-1)).toMatchObject({ event: 'flat' });
  });

  test('tells what is wrong with a text', async () => {
    const file = fileOf('A sentence, and no alert.\ntimenow: {{timenow}}');
    expect(await tradingview('send', file)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Codex answered 400: {"error":"\\"repository\\" is not there'),
    });
  });

  test('tells where nobody answers, and which file is not there', async () => {
    const url = 'http://127.0.0.1:9/webhooks/tradingview';
    const unanswered = await tradingview('send', fileOf('x'), '--url', url);
    expect(unanswered).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Nothing was answered'),
    });
    expect(await tradingview('send', join(directory, 'none'))).toMatchObject({ exitCode: 2 });
  });
});
