/**
 * A GitHub of our own for tests and the demo: the `emulate` package for the API and the App, `git http-backend` for
 * the repositories, one front server that makes the two one. See README.md beside this file.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from './api.ts';
import { Checks } from './checks.ts';
import { Credentials } from './credentials.ts';
import { Deliveries } from './deliveries.ts';
import { APP, startEmulator } from './emulator.ts';
import { EventSource } from './events.ts';
import { Faults } from './faults.ts';
import { Front } from './front.ts';
import { Handover } from './handover.ts';
import { Hosting } from './hosting.ts';
import { LocalGitHub } from './local-github.ts';
import { Pulls } from './pulls.ts';
import { Reactions } from './reactions.ts';
import { Watch } from './watch.ts';

export interface LocalGitHubOptions {
  /** Logins. */
  readonly users: readonly string[];
  /** Users who installed the App on their account. */
  readonly installedOn: readonly string[];
  readonly port?: number;
}

const WEBHOOK_PATH = '/_emulate/webhooks';

export async function startLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  // A TCP server has an address object once it listens.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const emulator = await startEmulator({ ...options, publicUrl: url, webhookUrl: url + WEBHOOK_PATH });
  const root = await mkdtemp(join(tmpdir(), 'codex-local-github-'));
  const [watch, handover] = [new Watch(), new Handover(url, WEBHOOK_PATH)];
  const credentials = new Credentials(emulator.tokens);
  const deliveries = new Deliveries(randomBytes(24).toString('hex'), url, () => watch.changed());
  const [pulls, checks, reactions, faults] = [new Pulls(), new Checks(), new Reactions(), new Faults()];
  const hosting = new Hosting(root, emulator, pulls, {
    synchronized: async (pull, before, sender) =>
      deliveries.give('pull_request', await events.pullSynchronized(pull, before, sender)),
  });
  const parts = { emulator, credentials, deliveries, hosting, pulls, checks, reactions };
  const api = new Api(parts);
  const events = new EventSource(emulator, api);
  const front = new Front({ ...parts, api, faults, watch, handover, webhookPath: WEBHOOK_PATH });
  server.on('request', (request, response) => front.handle(request, response));
  const close = async () => {
    deliveries.deliverTo(null);
    handover.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await emulator.close();
    await rm(root, { recursive: true, force: true });
  };
  return new LocalGitHub({ ...parts, url, app: APP, api, events, faults, front, watch, handover, close });
}
