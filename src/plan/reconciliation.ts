/**
 * Three worlds that a crash can leave apart: the database, the containers on the Docker daemon and the check runs
 * on GitHub. The database is right. Jobs without a container are the queue's to run again; what is done here:
 * containers without a job are ended, check runs that still run after their run's end are completed.
 */
import { messageOf } from '../errors.ts';
import { getCheckRunStatus } from '../github/check-run.ts';
import { type Installations, repositoryName } from '../github/client.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Log } from '../log.ts';
import type { PlanCheck } from './check.ts';
import type { Run, RunStore } from './runs.ts';
import { reap } from './sandbox/reaper.ts';

/** Ended runs whose check run is looked at: the newest ones of a day. */
const LOOK_BACK_MS = 24 * 3_600_000;
const RUNS_READ = 100;

export interface ReconciliationDependencies {
  readonly runs: RunStore;
  readonly jobs: Pick<JobStore, 'get'>;
  readonly check: PlanCheck;
  readonly installations: Installations;
  readonly instance: string;
  readonly log: Log;
  readonly now: () => number;
}

/** Ends containers whose run is not running, or whose deadline has passed. Throws `DockerError`. */
export async function reconcileContainers(deps: ReconciliationDependencies): Promise<void> {
  const running = deps.runs.unreported().filter(({ id }) => deps.jobs.get(id)?.state === 'running');
  const active = new Set(running.map(({ id }) => id));
  for (const sentence of await reap(active, deps.instance, deps.now())) deps.log.warn(sentence);
}

/** Completes check runs that are in progress although their run has its verdict. */
export async function reconcileCheckRuns(deps: ReconciliationDependencies): Promise<void> {
  const since = deps.now() - LOOK_BACK_MS;
  const ended = deps.runs
    .latest(null, RUNS_READ)
    .filter(({ reportedAt, checkRunId }) => checkRunId !== null && (reportedAt ?? 0) > since);
  for (const run of ended) {
    try {
      if (await isOpen(run, deps.installations)) {
        await deps.check.complete(run);
        deps.log.warn({ run: run.id }, 'completed a check run whose run had ended');
      }
    } catch (error) {
      deps.log.warn({ run: run.id, error: messageOf(error) }, 'a check run could not be reconciled');
    }
  }
}

async function isOpen({ request, checkRunId }: Run, installations: Installations): Promise<boolean> {
  if (checkRunId === null) return false;
  const octokit = await installations.octokit(request.installation);
  return (await getCheckRunStatus(octokit, repositoryName(request.repository), checkRunId)) !== 'completed';
}
