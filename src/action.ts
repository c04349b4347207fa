/**
 * The composition root for GitHub Actions: the event of the workflow run goes through the same app, without an
 * inbox, and the process ends when everything the event caused has ended.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@probot/adapter-github-actions';
import { Probot } from 'probot';
import { app } from './app.ts';
import { createCodex } from './composition/codex.ts';
import { createEntitlements } from './composition/entitlements.ts';
import { parseLocalConfig } from './config.ts';
import { probotOptions } from './github/client.ts';
import { createLog } from './log.ts';
import { Secret } from './redact.ts';
import { openDatabase } from './store/database.ts';

const worker = parseLocalConfig(process.env);
const log = createLog(worker.logLevel);
const dataDir = await mkdtemp(join(process.env.RUNNER_TEMP ?? tmpdir(), 'codex-'));
const db = openDatabase(join(dataDir, 'codex.db'));
const github = {
  apiUrl: process.env.GITHUB_API_URL ?? 'https://api.github.com',
  auth: { type: 'token' as const, token: new Secret(process.env.GITHUB_TOKEN ?? '') },
  webhookSecrets: [],
};
const instance = randomUUID();
const entitlements = await createEntitlements(
  { config: worker, db, instance, log, now: Date.now },
  { billing: null, onFlags: () => {}, onDecision: () => {} },
);
const codex = createCodex({
  config: { ...worker, dataDir, github },
  entitlements,
  db,
  probot: new Probot({ ...probotOptions(github), log }),
  instance,
  log,
  now: Date.now,
  onTransition({ event }) {
    if (event === 'dead') process.exitCode = 1;
  },
});
codex.worker.start();

let received = false;
await run(async (probot: Probot) => {
  // The adapter exits 0 when a handler fails.
  probot.onError(() => {
    process.exitCode = 1;
  });
  await probot.load(
    app({
      give(_delivery, jobs) {
        codex.jobs.enqueue(jobs, Date.now());
        codex.worker.wake();
      },
    }),
  );
  received = true;
});
// It also only logs what it needs and does not find.
if (!received) process.exitCode = 1;

await codex.worker.drained();
codex.merges.withdrawAll(
  'It would have to wait, and Codex in GitHub Actions does not: nobody looks again. Comment `/codex pr` again once nothing is missing; `/codex pr --dry-run` says what is.',
);
await codex.worker.drained();
await codex.worker.stop(0);
await codex.queueDisplay.stop();
await entitlements.close();
db.close();
await rm(dataDir, { recursive: true, force: true });
