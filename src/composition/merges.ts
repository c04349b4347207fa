/** Merges, wired: the looks at them, what commands may do about them, and who wakes them. */
import { v7 } from 'uuid';
import type { Effects } from '../commands/context.ts';
import type { Merges } from '../commands/merges.ts';
import { repositoryName } from '../github/client.ts';
import { react } from '../github/reaction.ts';
import type { Job, JobHandler } from '../jobs/job.ts';
import type { JobTransition } from '../jobs/journal.ts';
import { MergeCheck } from '../merge/check.ts';
import type { MergeDependencies } from '../merge/dependencies.ts';
import type { FreezeStore } from '../merge/freezes.ts';
import { GOVERNANCE, governancePayload } from '../merge/governance/payload.ts';
import { type ActiveSelector, IntentStore } from '../merge/intents.ts';
import { mergeHandler } from '../merge/job.ts';
import { preview } from '../merge/preview.ts';
import { requestMerge, withdrawMerge, withdrawMerges } from '../merge/request.ts';
import { wakeHandler, wakeJobs } from '../merge/wake.ts';
import { PLAN } from '../plan/request.ts';
import type { Core } from './core.ts';
import type { Queue } from './queue.ts';

/** Of each installation, with each turn of the timer: a look is a dozen calls, and GitHub counts them by the hour. */
const LOOKS_OF_TIMER = 3;

interface Wiring {
  readonly queue: Queue;
  readonly freezes: FreezeStore;
  readonly entitlement: Effects['entitlement'];
}

export interface MergeParts {
  readonly handlers: readonly JobHandler[];
  /** For commands. */
  readonly effects: Merges;
  /** For the timer: has merges looked at that no event told of, or whose end is not shown. */
  readonly wakeAll: () => void;
  /** Where nobody will look again: ends every merge that waits, with this reason. */
  readonly withdrawAll: (reason: string) => void;
  /** What Codex itself shows is what a merge may wait for: GitHub tells nobody of a check run that changed its mind. */
  readonly onTransition: (transition: JobTransition) => void;
}

export function createMerges(core: Core, wiring: Wiring): MergeParts {
  const deps = dependencies(core, wiring);
  const { intents, enqueue } = deps;
  return {
    handlers: [mergeHandler(deps), wakeHandler(deps)],
    effects: effects(deps),
    wakeAll: () => enqueue(wakeJobs(intents.forTimer(LOOKS_OF_TIMER), null)),
    withdrawAll: (reason) => withdrawMerges({ ...deps, newId: v7 }, () => true, reason),
    onTransition({ job, event }) {
      const pull = event === 'done' || event === 'dead' ? pullThatWaits(job, core.runs) : null;
      if (pull !== null) enqueue(wakeJobs(intents.active(pull), job.delivery));
    },
  };
}

/** Of which pull request a merge may wait for what the job shows; null: of none. */
function pullThatWaits({ kind, id, pull, payload }: Job, runs: Core['runs']): ActiveSelector | null {
  if (kind === PLAN) {
    const { request } = runs.get(id) ?? {};
    return request ? { repositoryId: request.repositoryId, pull: request.pull } : null;
  }
  if (kind !== GOVERNANCE || pull === null) return null;
  return { repositoryId: governancePayload.parse(payload).repositoryId, pull };
}

function dependencies(core: Core, { queue, freezes, entitlement }: Wiring): MergeDependencies {
  const { db, installations, jobs, runs, config, now, log } = core;
  const intents = new IntentStore(db);
  return {
    ...{ db, installations, jobs, runs, intents, now, log, random: Math.random },
    entitled: ({ installation, repository, requestedBy: user, member }) =>
      entitlement('codex.pr', { installation, repository, user, member }),
    freezes,
    check: new MergeCheck({ intents, installations }),
    maxima: config.maxima,
    checkRunUrl: core.checkRunUrl,
    publish: core.publish,
    react: reactionTo(core),
    enqueue: queue.enqueue,
    requestPlan: queue.requestPlan,
  };
}

/** To the comment that asked for a merge. */
function reactionTo({ installations }: Core): MergeDependencies['react'] {
  return async ({ request }, reaction) => {
    const octokit = await installations.octokit(request.installation);
    await react(octokit, repositoryName(request.repository), request.commentId, reaction);
  };
}

function effects(deps: MergeDependencies): Merges {
  const { intents, freezes, enqueue, now } = deps;
  const accepting = { ...deps, newId: v7 };
  const wakeInto = (repositoryId: number, baseRef: string | null): void =>
    enqueue(wakeJobs(intents.active(baseRef === null ? { repositoryId } : { repositoryId, baseRef }), null));
  return {
    request: (request, delivery) => requestMerge(accepting, request, delivery),
    withdraw({ repositoryId, number: pull }, reason) {
      const [active] = intents.active({ repositoryId, pull });
      if (active) withdrawMerge(accepting, active, reason);
      const latest = intents.latest(repositoryId, pull);
      // For this very reason: the command comes again after a crash.
      return active || latest?.reason === reason ? latest : null;
    },
    withdrawAll: (isMeant, reason) => withdrawMerges(accepting, isMeant, reason),
    latest: ({ repositoryId, number }) => intents.latest(repositoryId, number),
    preview: (request) => preview(request, deps),
    freeze({ pull, ...freeze }) {
      freezes.freeze({ ...pull, ...freeze, paths: null, source: 'command', expiresAt: null }, now());
      wakeInto(pull.repositoryId, freeze.baseRef);
    },
    unfreeze({ repositoryId }, baseRef, by) {
      const lifted = freezes.unfreeze(repositoryId, baseRef, by, now());
      wakeInto(repositoryId, baseRef);
      return lifted;
    },
    standing: ({ repositoryId }, baseRef) => freezes.standing(repositoryId, baseRef, now()),
  };
}
