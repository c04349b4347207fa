import type { IncomingMessage, ServerResponse } from 'node:http';
import { alertReceiver } from '../alerts/receive.ts';
import { enqueueCollapsed } from '../alerts/storm.ts';
import { app } from '../app.ts';
import type { TradingViewConfig } from '../config/tradingview.ts';
import { stripeReceiver } from '../entitlements/stripe/receive.ts';
import { createRouter, type Route } from '../http/router.ts';
import { createRoutes } from '../http/routes.ts';
import { Dispatcher } from '../inbox/dispatch.ts';
import { githubReceiver } from '../inbox/github.ts';
import { Intake } from '../inbox/intake.ts';
import { webhookProviders } from '../inbox/providers.ts';
import type { InboxStore } from '../inbox/store.ts';
import { InboxWriter } from '../inbox/writer.ts';
import type { Metrics } from '../metrics.ts';
import type { Secret } from '../redact.ts';
import type { Codex } from './codex.ts';
import { readyChecks } from './readiness.ts';

export const GITHUB_PATH = '/webhooks/github';

/** Milliseconds. */
const BODY_TIMEOUT = 10_000;
const CHECK_TIMEOUT = 3_000;
const RECEIVE_TIMEOUT = 10_000;

interface Parts {
  readonly codex: Codex;
  readonly inbox: InboxStore;
  /** The database, which the inbox's writer opens once more in its thread. */
  readonly file: string;
  readonly metrics: Metrics;
  readonly stripe: {
    /** Empty: Stripe's webhooks are not received. */
    readonly webhookSecrets: readonly Secret[];
    /** Where plans are sold: the pages of billing. */
    readonly routes: readonly Route[] | null;
  };
  readonly tradingview: TradingViewConfig;
}

export interface Ingest {
  /** Answers one HTTP request. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Begins to dispatch what is in the inbox. */
  start(): void;
  stop(): Promise<void>;
}

/** From a signed request to a stored delivery, and from there to jobs in the queue. */
export async function createIngest(parts: Parts): Promise<Ingest> {
  const { codex, inbox, file, metrics, stripe, tradingview } = parts;
  const { config, db, probot, jobs, worker, log, now } = codex;
  const writer = new InboxWriter(file);
  const intake = new Intake();
  await probot.load(app(intake));
  const dispatcher = new Dispatcher({
    db,
    inbox,
    writer,
    intake,
    receivers: {
      github: githubReceiver(probot),
      stripe: stripeReceiver({ give: intake.give.bind(intake), isOn: stripe.routes !== null, log }),
      tradingview: alertReceiver((delivery, given) => intake.give(delivery, given)),
    },
    enqueue: (given, at) => enqueueCollapsed(jobs, given, at),
    onJobs: () => worker.wake(),
    receiveTimeoutMs: RECEIVE_TIMEOUT,
    log,
    now,
    random: Math.random,
  });
  writer.onStored(() => dispatcher.wake());
  const routes = createRoutes({
    providers: await webhookProviders({
      github: config.github.webhookSecrets,
      stripe: stripe.webhookSecrets,
      tradingview,
    }),
    put: (delivery) => writer.put(delivery),
    checks: readyChecks(codex),
    checkTimeoutMs: CHECK_TIMEOUT,
    bodyTimeoutMs: BODY_TIMEOUT,
    metrics,
    log,
    now,
    more: stripe.routes ?? [],
  });
  return {
    handle: createRouter(routes, log),
    start: () => dispatcher.start(),
    async stop() {
      await dispatcher.stop();
      await writer.close();
    },
  };
}
