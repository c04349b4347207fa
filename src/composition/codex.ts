/**
 * The core of Codex, wired: database, queue, plans, commands and the living comment over one Probot. The server
 * puts an inbox in front of it; GitHub Actions give it one event.
 */
import { randomUUID } from 'node:crypto';
import type { Effects } from '../commands/context.ts';
import { repositoryAccess } from '../commands/github.ts';
import { commandHandler } from '../commands/job.ts';
import { pullRequestHandler } from '../commands/pull-request.ts';
import { uninstallHandler } from '../commands/uninstall.ts';
import { accountHandler } from '../entitlements/account-events.ts';
import { AccountStore } from '../entitlements/accounts.ts';
import type { Entitlements } from '../entitlements/entitlements.ts';
import type { JobHandler } from '../jobs/job.ts';
import { Worker } from '../jobs/worker.ts';
import { createAccess } from './access.ts';
import { type AlertParts, createAlerts } from './alerts.ts';
import { type Core, createCore, type Setting } from './core.ts';
import { withGitHubErrors } from './github-errors.ts';
import { createGovernance, type GovernanceParts } from './governance.ts';
import { createMerges, type MergeParts } from './merges.ts';
import { createPlans } from './plans.ts';
import { createQueue, type Queue } from './queue.ts';

/** Commands are seconds of GitHub calls: more of them run beside each other than plans. */
const COMMANDS_AT_ONCE = 8;

export interface Codex extends Core {
  readonly worker: Worker;
  readonly governance: GovernanceParts;
  readonly merges: MergeParts;
  readonly alerts: AlertParts;
}

interface CodexSetting extends Setting {
  readonly entitlements: Entitlements;
  /** Of parts that are not always there. */
  readonly handlers?: readonly JobHandler[];
}

export function createCodex(setting: CodexSetting): Codex {
  const core = createCore(setting);
  const { config, jobs, log, now, queueDisplay } = core;
  const entitlement = createAccess(core, setting.entitlements);
  const queue = createQueue(core, () => worker.wake());
  const governance = createGovernance(core, queue);
  const { freezes } = governance;
  const merges = createMerges(core, { queue, freezes, entitlement });
  const effects = {
    ...createEffects(core, queue, () => worker),
    entitlement,
    merges: merges.effects,
  };
  const alerts = createAlerts(core, { queue, freezes, entitlement });
  const handlers = [
    commandHandler(effects, log),
    pullRequestHandler(effects, config.maxima, log),
    uninstallHandler(effects, log),
    createPlans(core),
    ...merges.handlers,
    ...alerts.handlers,
    ...governance.handlers,
    accountHandler(new AccountStore(core.db), log, now),
    ...(setting.handlers ?? []),
  ];
  const worker: Worker = new Worker({
    store: jobs,
    handlers: handlers.map((handler) => withGitHubErrors(handler, now)),
    concurrency: { command: COMMANDS_AT_ONCE, plan: config.concurrency },
    log,
    now,
    random: Math.random,
    owner: randomUUID(),
    onTransition(transition) {
      if (transition.job.kind === 'plan') queueDisplay.changed();
      merges.onTransition(transition);
      setting.onTransition(transition);
    },
  });
  return { ...core, worker, governance, merges, alerts };
}

/** `worker` is asked for when it is needed: it is made with the handlers, which are made with these effects. */
function createEffects(
  core: Core,
  { requestPlan }: Queue,
  worker: () => Worker,
): Omit<Effects, 'entitlement' | 'merges'> {
  const { installations, runs, jobs, activity, conversations, now } = core;
  return {
    github: repositoryAccess(installations),
    runs,
    jobs,
    cancel: (selector, reason) => worker().cancel(selector, reason),
    requestPlan,
    progress: (run) => activity.get(run) ?? null,
    answer: (pull, answer) => conversations.answer(pull, { ...answer, at: now() }),
  };
}
