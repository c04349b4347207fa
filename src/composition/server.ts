/**
 * Codex as a server: the inbox in front of the core, and the work that no event asks for. Order matters at both
 * ends: the queue takes up what a crash left before webhooks come in, and webhooks stop before the queue does.
 */
import { join } from 'node:path';
import { app } from '../app.ts';
import type { Config } from '../config.ts';
import { probotOptions } from '../github/client.ts';
import { createRouter } from '../http/router.ts';
import { createRoutes } from '../http/routes.ts';
import { createServer } from '../http/server.ts';
import { Dispatcher } from '../inbox/dispatch.ts';
import { githubReceiver } from '../inbox/github.ts';
import { Intake } from '../inbox/intake.ts';
import { webhookProviders } from '../inbox/providers.ts';
import { InboxStore } from '../inbox/store.ts';
import { InboxWriter } from '../inbox/writer.ts';
import { instanceOf } from '../instance.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Log } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { openDatabase } from '../store/database.ts';
import { createCodex } from './codex.ts';
import { createHousekeeping } from './housekeeping.ts';
import { readyChecks } from './readiness.ts';
import { createSweeper } from './sweeper.ts';

const GITHUB_PATH = '/webhooks/github';
const BODY_TIMEOUT_MS = 10_000;
const CHECK_TIMEOUT_MS = 3_000;
const RECEIVE_TIMEOUT_MS = 10_000;
const HTTP_GRACE_MS = 2_000;

export interface RunningCodex {
  readonly port: number;
  /** Takes no new work, gives plans `graceMs` to end and hands back those that did not. */
  stop(graceMs: number): Promise<void>;
}

export async function startServer(
  config: Config,
  log: Log,
  now: () => number = Date.now,
): Promise<RunningCodex> {
  const file = join(config.dataDir, 'codex.db');
  const db = openDatabase(file);
  const inbox = new InboxStore(db);
  const writer = new InboxWriter(file);
  const intake = new Intake();
  const server = await createServer({
    host: config.http.host,
    port: config.http.port,
    webhookProxy: config.http.webhookProxy,
    webhookPath: GITHUB_PATH,
    probot: probotOptions(config.github),
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
  });
  await server.probot.load(app(intake));
  const metrics = createMetrics({ inbox: () => inbox.counts(), jobs: () => jobCounts(codex.jobs.counts()) });
  const handle = createRouter(
    createRoutes({
      providers: webhookProviders({ github: config.github.webhookSecrets }),
      put: (delivery) => writer.put(delivery),
      checks: readyChecks(codex),
      checkTimeoutMs: CHECK_TIMEOUT_MS,
      bodyTimeoutMs: BODY_TIMEOUT_MS,
      metrics,
      log,
      now,
    }),
    log,
  );
  const dispatcher = new Dispatcher({
    db,
    inbox,
    writer,
    intake,
    receivers: { github: githubReceiver(server.probot) },
    enqueue: (jobs, at) => codex.jobs.enqueue(jobs, at),
    onJobs: () => codex.worker.wake(),
    receiveTimeoutMs: RECEIVE_TIMEOUT_MS,
    log,
    now,
    random: Math.random,
  });
  writer.onStored(() => dispatcher.wake());
  const sweeper = createSweeper(codex, inbox, metrics);
  const housekeeping = createHousekeeping(codex, inbox);

  await housekeeping.start();
  codex.worker.start();
  dispatcher.start();
  const { port } = await server.start();
  sweeper?.start();
  log.info({ port }, 'Codex is listening');
  return {
    port,
    async stop(graceMs) {
      await Promise.all([server.stop(HTTP_GRACE_MS), sweeper?.stop(), housekeeping.stop()]);
      await dispatcher.stop();
      await codex.worker.stop(graceMs);
      await codex.queueDisplay.stop();
      await writer.close();
      db.close();
      log.info('Codex has stopped');
    },
  };
}

function jobCounts({ queued, running, unreported }: ReturnType<JobStore['counts']>) {
  return [
    { queue: 'command', state: 'queued', count: queued.command },
    { queue: 'plan', state: 'queued', count: queued.plan },
    { queue: 'all', state: 'running', count: running },
    { queue: 'all', state: 'unreported', count: unreported },
  ];
}
