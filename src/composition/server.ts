/**
 * Codex as a server: the inbox in front of the core, and the work that no event asks for. Order matters at both
 * ends. Webhooks are taken first and last, because to store them is all that it takes: neither GitHub nor Docker
 * can hold up the start, and what comes while plans end is there for the next process. The queue starts once the
 * containers that a crash left are gone, and claims nothing more from the moment that Codex is told to stop.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { type ClientSetting, probotOptions } from '../github/client.ts';
import { createServer } from '../http/server.ts';
import { InboxStore } from '../inbox/store.ts';
import { instanceOf } from '../instance.ts';
import type { Log } from '../log.ts';
import { openDatabase } from '../store/database.ts';
import type { Billing, BillingSetting } from './billing.ts';
import { containersChore, otherChores } from './chores.ts';
import { type Codex, createCodex } from './codex.ts';
import { createEntitlements } from './entitlements.ts';
import { createHousekeeping } from './housekeeping.ts';
import { createIngest, GITHUB_PATH } from './ingest.ts';
import { createMeasurements } from './measurements.ts';
import { atMost } from './patience.ts';
import { createSweeper } from './sweeper.ts';

/** Milliseconds that requests get to end when the server stops. */
const HTTP_GRACE_MS = 2_000;
/** For calls to GitHub that are under way when everything else has stopped. */
const PATIENCE_MS = 5_000;

export interface RunningCodex {
  readonly port: number;
  /**
   * Takes no new work, gives plans `graceMs` to end and hands back those that did not. A second call with a shorter
   * time shortens the first one's.
   */
  stop(graceMs: number): Promise<void>;
}

/** The clock in milliseconds since the epoch, and the time that a call to GitHub may take; the real ones if absent. */
export interface ServerTime extends Pick<ClientSetting, 'deadline'> {
  readonly now?: () => number;
}

/** Resolves once it listens. Rejects when the port is taken, the data directory not writable or the App's key wrong. */
export async function startServer(
  config: Config,
  log: Log,
  { now = Date.now, ...calls }: ServerTime = {},
): Promise<RunningCodex> {
  const file = join(config.dataDir, 'codex.db');
  const db = openDatabase(file);
  const inbox = new InboxStore(db);
  const measurements = createMeasurements(db, inbox);
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  const server = await createServer({
    ...config.http,
    webhookPath: GITHUB_PATH,
    probot: probotOptions({ ...config.github, ...calls, onAnswer: measurements.onAnswer }),
    handle: (request, response) => handle(request, response),
    log,
  });
  const billing = await openBilling({
    config: config.stripe.billing,
    db,
    inbox,
    probot: config.github.auth.type === 'app' ? server.probot : null,
    metrics: measurements.metrics,
    onJobs: () => codex.worker.wake(),
    onFacts: () => codex.merges.wakeAll(),
    log,
    now,
  });
  const instance = instanceOf(config.dataDir);
  const entitlements = await createEntitlements(
    { config, db, instance, log, now },
    { billing, onFlags: measurements.onFlags, onDecision: measurements.onDecision },
  );
  const codex: Codex = createCodex({
    config,
    entitlements,
    db,
    probot: server.probot,
    instance,
    log,
    now,
    onTransition(transition) {
      measurements.onTransition(transition);
      if (config.tradingview.secrets.length > 0) codex.alerts.onTransition(transition);
    },
    limits: billing?.limits ?? null,
    handlers: billing?.handlers ?? [],
  });
  const ingest = await createIngest({
    codex,
    inbox,
    file,
    metrics: measurements.metrics,
    stripe: { webhookSecrets: config.stripe.webhookSecrets, routes: billing?.routes ?? null },
    tradingview: config.tradingview,
  });
  handle = ingest.handle;
  const sweeper = createSweeper(codex, inbox, measurements.metrics);
  const chores = [...otherChores(codex, inbox), ...(billing?.chores ?? [])];
  const housekeeping = createHousekeeping(containersChore(codex), chores, log);

  const { port } = await server.start();
  log.info({ port }, 'Codex is listening');
  ingest.start();
  sweeper?.start();
  const started = housekeeping.start().then(() => codex.worker.start());
  const shutDown = async (queueStopped: Promise<void>): Promise<void> => {
    await Promise.all([queueStopped, atMost(PATIENCE_MS, sweeper?.stop()), housekeeping.stop()]);
    await Promise.all([server.stop(HTTP_GRACE_MS), atMost(PATIENCE_MS, codex.queueDisplay.stop())]);
    await Promise.all([ingest.stop(), entitlements.close()]);
    db.close();
    log.info('Codex has stopped');
  };
  let stopping: Promise<void> | null = null;
  return {
    port,
    async stop(graceMs) {
      await started;
      const queueStopped = codex.worker.stop(graceMs);
      stopping ??= shutDown(queueStopped);
      await stopping;
    },
  };
}

/** Without it, neither Stripe's SDK nor anything around it is loaded. */
async function openBilling(
  setting: Omit<BillingSetting, 'config'> & { readonly config: BillingSetting['config'] | null },
): Promise<Billing | null> {
  const { config } = setting;
  if (config === null) return null;
  const { createBilling } = await import('./billing.ts');
  return createBilling({ ...setting, config });
}
