/** From app.yml to a Codex that starts: the set-up page, with a GitHub that turns a manifest into an App. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { parseConfig } from '../../src/config.ts';
import { APP } from '../support/local-github/emulator.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { freePort } from './free-port.ts';

const PROJECT = join(import.meta.dirname, '../..');
const SCRIPT = join(PROJECT, 'scripts/create-app.ts');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codex-create-app-'));
  copyFileSync(join(PROJECT, 'package.json'), join(directory, 'package.json'));
  copyFileSync(join(PROJECT, '.env.example'), join(directory, '.env'));
  writeManifest((text) => text);
});
afterEach(() => rmSync(directory, { recursive: true }));

function writeManifest(change: (text: string) => string): void {
  writeFileSync(join(directory, 'app.yml'), change(readFileSync(join(PROJECT, 'app.yml'), 'utf8')));
}

function createApp(env: Record<string, string> = {}) {
  return execa(process.execPath, [SCRIPT], { cwd: directory, env: { NODE_OPTIONS: '', ...env } });
}

test('the address in app.yml must be one of your own', async () => {
  const { exitCode, stderr } = await createApp().catch((error) => error);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Put your server's address into app.yml first");
});

test('the App that GitHub makes of app.yml ends up in .env, and Codex starts with that', async () => {
  writeManifest((text) => text.replace('codex.example.com', 'codex.acme.test'));
  const github = await conversions();
  const port = await freePort();
  const address = github.address();
  const host = typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
  const page = createApp({
    HOST: '127.0.0.1',
    PORT: String(port),
    GHE_HOST: host,
    GHE_PROTOCOL: 'http',
    LOG_FORMAT: 'json',
  });
  await printed(page, 'Listening on');

  const shown = await (await fetch(`http://127.0.0.1:${port}/probot`)).text();
  const manifest: unknown = JSON.parse(/value='([^']*)'/.exec(shown)?.[1] ?? '');
  expect(manifest).toMatchObject({
    name: 'Codex',
    public: false,
    hook_attributes: { url: 'https://codex.acme.test/webhooks/github' },
    default_permissions: { checks: 'write' },
  });
  await fetch(`http://127.0.0.1:${port}/probot/setup?code=one-time`, { redirect: 'manual' });
  page.kill();
  await page.catch(() => undefined);
  github.close();

  const config = parseConfig(parseEnv(readFileSync(join(directory, '.env'), 'utf8')));
  expect(config.github.auth).toMatchObject({ type: 'app', appId: APP.id });
  expect(config.github.webhookSecrets.map((secret) => secret.reveal())).toEqual(['0123456789abcdef0123']);
});

function printed(program: ReturnType<typeof createApp>, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    program.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes(text)) resolve();
    });
    program.catch(reject);
  });
}

/** GitHub's answer to a manifest: an App with a real key. */
async function conversions(): Promise<Server> {
  const local = await startLocalGitHub({ users: ['acme'], installedOn: [] });
  const pem = local.environment.PRIVATE_KEY;
  await local.close();
  const server = createServer((request, response) => {
    expect(request.url).toBe('/api/v3/app-manifests/one-time/conversions');
    response.writeHead(201, { 'content-type': 'application/json' });
    const app = { id: APP.id, pem, webhook_secret: '0123456789abcdef0123', html_url: 'http://127.0.0.1/app' };
    response.end(JSON.stringify({ ...app, client_id: 'Iv1.a', client_secret: 'unused' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
