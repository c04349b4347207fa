/** Alerts, wired: what they cause, and who watches that they come. */

import { ASKER } from '../alerts/actions/definition.ts';
import { AuditTrail } from '../alerts/audit.ts';
import { Heartbeats } from '../alerts/heartbeats.ts';
import { AlertIssues } from '../alerts/issues.ts';
import { type AlertDependencies, alertHandler } from '../alerts/job.ts';
import { Repositories } from '../alerts/repositories.ts';
import { tellSilence } from '../alerts/silence.ts';
import { watchHandler, watchJob } from '../alerts/watch.ts';
import type { Effects } from '../commands/context.ts';
import type { Capability } from '../entitlements/capability.ts';
import type { JobHandler } from '../jobs/job.ts';
import type { JobTransition } from '../jobs/journal.ts';
import type { FreezeStore } from '../merge/freezes.ts';
import { IntentStore } from '../merge/intents.ts';
import { wakeJobs } from '../merge/wake.ts';
import { gitHost } from '../plan/execute.ts';
import type { Core } from './core.ts';
import { installationFinder } from './governance.ts';
import type { Queue } from './queue.ts';

/** Merges by Codex that an issue's list of merges is compared with. */
const RECEIPTS = 100;

interface Wiring extends Pick<Effects, 'entitlement'> {
  readonly queue: Queue;
  readonly freezes: FreezeStore;
}

export interface AlertParts {
  readonly handlers: readonly JobHandler[];
  /** After a push, the strategies that are to be heard may be others. */
  readonly onTransition: (transition: JobTransition) => void;
  /** For the timer: tells which strategies have fallen silent, or are heard again. */
  readonly tellSilence: (signal: AbortSignal) => Promise<void>;
}

export function createAlerts(core: Core, wiring: Wiring): AlertParts {
  const deps = dependencies(core, wiring);
  return {
    handlers: [alertHandler(deps), watchHandler({ ...deps, log: core.log })],
    onTransition({ job, event }) {
      const next = event === 'done' ? watchJob(job, deps.now()) : null;
      if (next !== null) deps.enqueue([next]);
    },
    tellSilence: (signal) => tellSilence(deps, signal),
  };
}

function dependencies(core: Core, { queue, freezes, entitlement }: Wiring): AlertDependencies {
  const { db, now, log } = core;
  const { enqueue, requestPlan } = queue;
  const intents = new IntentStore(db);
  const allows =
    (capability: Capability): AlertDependencies['entitled'] =>
    ({ installation, fullName: repository }) =>
      entitlement(capability, { installation, repository, user: ASKER, member: null });
  return {
    repositories: createRepositories(core),
    heartbeats: new Heartbeats(db),
    trail: new AuditTrail(db, (cause, entry) => {
      const { repository, strategy, kind, id: alert } = cause;
      log.info({ alert, repository, strategy, kind, ...entry }, 'an alert had its turn');
    }),
    entitled: allows('codex.alerts'),
    effects: {
      freezes,
      issues: new AlertIssues(db),
      wakeMerges: (repositoryId) => enqueue(wakeJobs(intents.active({ repositoryId }), null)),
      mayPlan: allows('codex.plan'),
      requestPlan,
      receipts: (repository) => intents.receipts(repository, RECEIPTS),
    },
    enqueue,
    now,
  };
}

function createRepositories(core: Core): Repositories {
  const { config, installations, now } = core;
  return new Repositories({
    findInstallation: installationFinder(core),
    octokit: (installation) => installations.octokit(installation),
    webUrl: gitHost(config.github.apiUrl),
    maxima: config.maxima,
    now,
  });
}
