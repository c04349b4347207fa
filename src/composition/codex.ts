/**
 * The core of Codex, wired: database, queue, plans, commands and the living comment over one Probot. The server
 * puts an inbox in front of it; GitHub Actions give it one event.
 */
import { randomUUID } from 'node:crypto';
import type { Probot } from 'probot';
import type { Effects } from '../commands/context.ts';
import { repositoryAccess } from '../commands/github.ts';
import { commandHandler } from '../commands/job.ts';
import { pullRequestHandler } from '../commands/pull-request.ts';
import { uninstallHandler } from '../commands/uninstall.ts';
import type { Config } from '../config.ts';
import type { ConversationPublisher } from '../conversation/publish.ts';
import { createInstallations, type Installations } from '../github/client.ts';
import type { JobTransition } from '../jobs/journal.ts';
import { JobStore } from '../jobs/store.ts';
import { Worker } from '../jobs/worker.ts';
import type { Log } from '../log.ts';
import { PlanCheck } from '../plan/check.ts';
import { QueueDisplay } from '../plan/queue-display.ts';
import { acceptPlan } from '../plan/request.ts';
import { RunStore } from '../plan/runs.ts';
import type { Db } from '../store/database.ts';
import { createConversations } from './conversations.ts';
import { createPlans } from './plans.ts';
import { withRateLimits } from './rate-limits.ts';

/** Commands are seconds of GitHub calls: more of them run beside each other than plans. */
const COMMANDS_AT_ONCE = 8;

export interface Setting {
  readonly config: Omit<Config, 'http' | 'stopGraceMs'>;
  readonly db: Db;
  readonly probot: Probot;
  readonly instance: string;
  readonly log: Log;
  readonly now: () => number;
  readonly onTransition: (transition: JobTransition) => void;
}

/** What every part of the core is made of. */
export interface Core extends Setting {
  readonly installations: Installations;
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly check: PlanCheck;
  readonly conversations: ConversationPublisher;
  readonly queueDisplay: QueueDisplay;
  /** What running plans do, in words, by run id. */
  readonly activity: Map<string, string>;
}

export interface Codex extends Core {
  readonly worker: Worker;
}

export function createCodex(setting: Setting): Codex {
  const core = createCore(setting);
  const { config, jobs, log, now, queueDisplay } = core;
  const effects = createEffects(core, () => worker);
  const handlers = [
    commandHandler(effects, log),
    pullRequestHandler(effects, config.maxima, log),
    uninstallHandler(effects, log),
    createPlans(core),
  ];
  const worker: Worker = new Worker({
    store: jobs,
    handlers: handlers.map((handler) => withRateLimits(handler, now)),
    concurrency: { command: COMMANDS_AT_ONCE, plan: config.concurrency },
    log,
    now,
    random: Math.random,
    owner: randomUUID(),
    onTransition(transition) {
      if (transition.job.kind === 'plan') queueDisplay.changed();
      setting.onTransition(transition);
    },
  });
  return { ...core, worker };
}

function createCore(setting: Setting): Core {
  const { config, db, probot, log } = setting;
  const installations = createInstallations(probot, config.github.auth);
  const [jobs, runs] = [new JobStore(db), new RunStore(db)];
  const check = new PlanCheck({ runs, installations });
  return {
    ...setting,
    installations,
    jobs,
    runs,
    check,
    conversations: createConversations({ db, jobs, installations, apiUrl: config.github.apiUrl }),
    queueDisplay: new QueueDisplay({ jobs, check, log }),
    activity: new Map(),
  };
}

/** `worker` is asked for when it is needed: it is made with the handlers, which are made with these effects. */
function createEffects(core: Core, worker: () => Worker): Effects {
  const { db, installations, runs, jobs, activity, conversations, queueDisplay, now } = core;
  return {
    github: repositoryAccess(installations),
    runs,
    jobs,
    cancel: (selector, reason) => worker().cancel(selector, reason),
    requestPlan(request, dedupe, delivery) {
      acceptPlan({ db, jobs, runs }, request, { dedupe, delivery, now: now() });
      worker().wake();
      queueDisplay.changed();
    },
    progress: (run) => activity.get(run) ?? null,
    answer: (pull, answer) => conversations.answer(pull, { ...answer, at: now() }),
  };
}
