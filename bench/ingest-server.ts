/** Codex up to its inbox, in a process of its own. Told what to do by its parent; answers `{ port }`. */
import { generateKeyPairSync } from 'node:crypto';
import { createRouter } from '../src/http/router.ts';
import { createRoutes } from '../src/http/routes.ts';
import { createServer } from '../src/http/server.ts';
import { Dispatcher } from '../src/inbox/dispatch.ts';
import { githubReceiver } from '../src/inbox/github.ts';
import { Intake } from '../src/inbox/intake.ts';
import { webhookProviders } from '../src/inbox/providers.ts';
import { InboxStore } from '../src/inbox/store.ts';
import { InboxWriter } from '../src/inbox/writer.ts';
import { JobStore } from '../src/jobs/store.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { Secret } from '../src/redact.ts';
import { openDatabase } from '../src/store/database.ts';

export interface IngestOrder {
  readonly file: string;
  readonly secret: string;
  readonly dispatch: boolean;
}

async function serve({ file, secret, dispatch }: IngestOrder): Promise<number> {
  const log = createLog('warn');
  const db = openDatabase(file);
  const inbox = new InboxStore(db);
  const writer = new InboxWriter(file);
  const jobs = new JobStore(db);
  const routes = createRoutes({
    providers: await webhookProviders({ github: [new Secret(secret)] }),
    put: (delivery) => writer.put(delivery),
    checks: [],
    checkTimeoutMs: 2_000,
    bodyTimeoutMs: 10_000,
    metrics: createMetrics({ inbox: () => inbox.counts(), jobs: () => [] }),
    log,
    now: Date.now,
  });
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const server = await createServer({
    host: '127.0.0.1',
    port: 0,
    webhookProxy: null,
    webhookPath: '/webhooks/github',
    probot: { appId: 1, privateKey },
    handle: createRouter(routes, log),
    log,
  });
  const dispatcher = new Dispatcher({
    db,
    inbox,
    writer,
    intake: new Intake(),
    receivers: { github: githubReceiver(server.probot) },
    enqueue: (given, now) => jobs.enqueue(given, now),
    onJobs: () => {},
    receiveTimeoutMs: 10_000,
    log,
    now: Date.now,
    random: Math.random,
  });
  if (dispatch) {
    writer.onStored(() => dispatcher.wake());
    dispatcher.start();
  }
  return (await server.start()).port;
}

process.once('message', async (order: IngestOrder) => {
  process.send?.({ port: await serve(order) });
});
