/**
 * Jobs of kind `freezes`: what is frozen in a repository has changed, by a command, an alert, a mismatch or the clock,
 * so that `codex/governance` of its open pull requests is to be brought up to date. The freezes in the database say
 * which job there has to be, so that none is missed: it is stored in the transaction that freezes or lifts, and by the
 * timer, which also sees what expires.
 */
import { type Installations, repositoryName } from '../../github/client.ts';
import { listOpenPulls } from '../../github/pull-list.ts';
import type { JobHandler, NewJob } from '../../jobs/job.ts';
import type { Log } from '../../log.ts';
import type { FreezeState } from '../freezes.ts';
import type { IntentStore } from '../intents.ts';
import { governanceJob, governancePayload } from './payload.ts';

interface Dependencies {
  /** The installation that covers `owner/name`; null: there is none any more. */
  readonly findInstallation: (repository: string) => Promise<number | null>;
  readonly installations: Installations;
  readonly intents: Pick<IntentStore, 'active'>;
  readonly enqueue: (jobs: readonly NewJob[]) => void;
  readonly log: Log;
}

const FREEZES = 'freezes';
/** Behind what people ask for. */
const PRIORITY = 40;
/** Open pull requests of a repository, the newest first; each costs a few calls. */
const MOST = 100;
const HOUR = 3_600_000;

/** One job for each state, and one more each hour: GitHub may not have been there for the first. */
export function freezeJobs(states: readonly FreezeState[], now: number): NewJob[] {
  return states.map(({ repositoryId, repository, state }) => ({
    kind: FREEZES,
    queue: 'command',
    dedupe: `freezes:${repositoryId}:${state}:${Math.floor(now / HOUR)}`,
    lane: `freezes:${repositoryId}`,
    ...{ installation: 0, repository, pull: null, delivery: null },
    priority: PRIORITY,
    payload: { repositoryId },
  }));
}

export function freezesHandler(deps: Dependencies): JobHandler {
  const { findInstallation, installations, intents, enqueue, log } = deps;
  return {
    kind: FREEZES,
    async run(job) {
      const { repository, cancelReason } = job;
      const { repositoryId } = governancePayload.parse(job.payload);
      const installation = cancelReason === null ? await findInstallation(repository) : null;
      if (installation === null) return;
      const octokit = await installations.octokit(installation);
      const pulls = await listOpenPulls(octokit, repositoryName(repository), MOST);
      const waiting = intents.active({ repositoryId }).map(({ request }) => request.pull);
      const concerned = new Set([...waiting, ...pulls.map(({ number }) => number)]);
      const at = { installation, repository, repositoryId };
      enqueue([...concerned].map((pull) => governanceJob({ ...at, pull }, `${job.id}:${pull}`, null)));
    },
    /** The next hour brings another one. */
    async abandon(job, reason) {
      log.error({ job: job.id, repository: job.repository, reason }, 'freezes could not be shown');
    },
  };
}
