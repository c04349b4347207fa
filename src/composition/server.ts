/**
 * Codex as a server: the inbox in front of the core, and the work that no event asks for. Order matters at both
 * ends: what a crash left is cleared away before the queue starts, the queue starts before webhooks come in, and
 * webhooks stop before the queue does.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { probotOptions } from '../github/client.ts';
import { createServer } from '../http/server.ts';
import { InboxStore } from '../inbox/store.ts';
import { instanceOf } from '../instance.ts';
import type { Log } from '../log.ts';
import { openDatabase } from '../store/database.ts';
import { createCodex } from './codex.ts';
import { createHousekeeping } from './housekeeping.ts';
import { createIngest, GITHUB_PATH } from './ingest.ts';
import { createMeasurements } from './measurements.ts';
import { createSweeper } from './sweeper.ts';

/** Milliseconds that requests get to end when the server stops. */
const HTTP_GRACE_MS = 2_000;

export interface RunningCodex {
  readonly port: number;
  /** Takes no new work, gives plans `graceMs` to end and hands back those that did not. */
  stop(graceMs: number): Promise<void>;
}

/** Resolves once it listens. Rejects when the port is taken, the data directory not writable or the App's key wrong. */
export async function startServer(
  config: Config,
  log: Log,
  now: () => number = Date.now,
): Promise<RunningCodex> {
  const file = join(config.dataDir, 'codex.db');
  const db = openDatabase(file);
  const inbox = new InboxStore(db);
  const measurements = createMeasurements(db, inbox);
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  const server = await createServer({
    ...config.http,
    webhookPath: GITHUB_PATH,
    probot: probotOptions({ ...config.github, onAnswer: measurements.onAnswer }),
    handle: (request, response) => handle(request, response),
    log,
  });
  const codex = createCodex({
    config,
    db,
    probot: server.probot,
    instance: instanceOf(config.dataDir),
    log,
    now,
    onTransition: measurements.onTransition,
  });
  const ingest = await createIngest({ codex, inbox, file, metrics: measurements.metrics });
  handle = ingest.handle;
  const sweeper = createSweeper(codex, inbox, measurements.metrics);
  const housekeeping = createHousekeeping(codex, inbox);

  await housekeeping.start();
  codex.worker.start();
  ingest.start();
  const { port } = await server.start();
  sweeper?.start();
  log.info({ port }, 'Codex is listening');
  return {
    port,
    async stop(graceMs) {
      await Promise.all([server.stop(HTTP_GRACE_MS), sweeper?.stop(), housekeeping.stop()]);
      await ingest.stop();
      await codex.worker.stop(graceMs);
      await codex.queueDisplay.stop();
      db.close();
      log.info('Codex has stopped');
    },
  };
}
