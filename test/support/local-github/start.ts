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
import { Access } from './access.ts';
import { Announcements } from './announcements.ts';
import { Api } from './api.ts';
import { Checks } from './checks.ts';
import { Credentials } from './credentials.ts';
import { Deliveries } from './deliveries.ts';
import { Dispatches } from './dispatches.ts';
import { APP, startEmulator } from './emulator.ts';
import { EventSource } from './events.ts';
import { Faults } from './faults.ts';
import { Front } from './front.ts';
import { Graphql } from './graphql.ts';
import { Handover } from './handover.ts';
import { Hosting } from './hosting.ts';
import { LocalGitHub } from './local-github.ts';
import { Merges } from './merges/merges.ts';
import { PullViews } from './merges/view.ts';
import { PullEdits } from './pull-edits.ts';
import { Pulls, type TrackedPull } from './pulls.ts';
import { Reactions } from './reactions.ts';
import { Refs } from './refs.ts';
import { Router } from './routes.ts';
import { BranchRules } from './rules/branch-rules.ts';
import { Protections } from './rules/protections.ts';
import { Rulesets } from './rules/rulesets.ts';
import { Statuses } from './statuses.ts';
import { Threads } from './threads.ts';
import { Watch } from './watch.ts';

export interface LocalGitHubOptions {
  /** Logins. */
  readonly users: readonly string[];
  /** Users who installed the App on their account. */
  readonly installedOn: readonly string[];
  readonly port?: number;
  /** What the App was granted; what `app.yml` asks for if absent. */
  readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
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
    pushed: (name, change, sender) => announcements.push(name, change, sender),
    synchronized: (pull, before, sender) =>
      announcements.pull('synchronize', pull, sender, { before, after: pull.headSha }),
  });
  const statuses = new Statuses(hosting, url, (status) => announcements.status(status));
  const [access, threads, edits] = [new Access(emulator), new Threads(), new PullEdits(pulls)];
  const [rulesets, protections] = [new Rulesets(access, url), new Protections()];
  const branchRules = new BranchRules(rulesets, protections, access);
  const parts = { emulator, credentials, deliveries, hosting, pulls, checks, reactions, branchRules, edits };
  const mergeParts = { ...parts, access, statuses, threads };
  const [merges, views] = [new Merges(mergeParts), new PullViews(mergeParts, url)];
  const refs = new Refs(hosting, branchRules);
  const owners = [merges, views, rulesets, protections, statuses, refs, new Dispatches()];
  const router = new Router(
    owners.flatMap(({ routes }) => routes),
    access,
    credentials,
  );
  const graphql = new Graphql(pulls, threads, access);
  const onNewBase = (pull: TrackedPull, sender: string) =>
    announcements.pull('edited', pull, sender, { changes: edits.changes(pull) });
  const api = new Api({ ...parts, url, router, graphql, views, onNewBase });
  const events = new EventSource(emulator, api, hosting);
  const announcements = new Announcements(emulator, deliveries, events, hosting);
  const front = new Front({ ...parts, access, api, faults, watch, handover, webhookPath: WEBHOOK_PATH });
  server.on('request', (request, response) => front.handle(request, response));
  const close = async () => {
    deliveries.deliverTo(null);
    handover.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await emulator.close();
    await rm(root, { recursive: true, force: true });
  };
  const seen = { url, app: APP, api, events, announcements, merges, views, threads };
  return new LocalGitHub({ ...parts, ...seen, faults, front, watch, handover, close });
}
