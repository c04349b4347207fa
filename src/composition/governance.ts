/** Governance, wired: the check run codex/governance, by the rules and by what is frozen. */

import { readInstallation } from '../github/app.ts';
import { repositoryName } from '../github/client.ts';
import type { JobHandler } from '../jobs/job.ts';
import { FreezeStore } from '../merge/freezes.ts';
import { GovernanceChecks } from '../merge/governance/checks.ts';
import { governanceHandler } from '../merge/governance/job.ts';
import { freezeJobs, openPullsHandler } from '../merge/governance/open-pulls-job.ts';
import { IntentStore } from '../merge/intents.ts';
import type { Core } from './core.ts';
import type { Queue } from './queue.ts';

/** How long ago a freeze may have ended that check runs are still brought up to date. */
const ENDED_MS = 24 * 3_600_000;

export interface GovernanceParts {
  readonly handlers: readonly JobHandler[];
  /** Whatever changes it has the check runs brought up to date. */
  readonly freezes: FreezeStore;
  /** For the timer: freezes expire, and no event tells. */
  readonly showFreezes: () => void;
}

export function createGovernance(core: Core, { enqueue }: Queue): GovernanceParts {
  const { db, config, now } = core;
  const showFreezes = () => enqueue(freezeJobs(freezes.states(now(), now() - ENDED_MS), now()));
  const freezes = new FreezeStore(db, showFreezes);
  return {
    handlers: [
      governanceHandler({ ...core, freezes, checks: new GovernanceChecks(db), maxima: config.maxima }),
      openPullsHandler({
        ...core,
        enqueue,
        intents: new IntentStore(db),
        findInstallation: installationFinder(core),
      }),
    ],
    freezes,
    showFreezes,
  };
}

/** Which installation covers a repository, `owner/name`; null: there is none, or it is suspended. 0: a token does. */
export function installationFinder({ config, probot }: Pick<Core, 'config' | 'probot'>) {
  return async (repository: string): Promise<number | null> => {
    if (config.github.auth.type === 'token') return 0;
    const found = await readInstallation(await probot.auth(), repositoryName(repository));
    return found === null || found.suspendedAt !== null ? null : found.id;
  };
}
