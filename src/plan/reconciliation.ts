/**
 * Three worlds that a crash can leave apart: the database, the containers on the Docker daemon and the check runs
 * on GitHub. The database is right. Jobs without a container are the queue's to run again; what is done here:
 * containers without a job are ended, check runs that still run after their run's end are completed.
 */
import { messageOf } from '../errors.ts';
import { getCheckRunStatus } from '../github/check-run.ts';
import { type Installations, repositoryName } from '../github/client.ts';
import type { Log } from '../log.ts';
import type { PlanCheck } from './check.ts';
import type { Run, RunStore } from './runs.ts';
import { reap } from './sandbox/reaper.ts';

/** Ended runs whose check run is looked at: the newest ones of a day. */
const LOOK_BACK_MS = 24 * 3_600_000;
const RUNS_READ = 100;

export interface ReconciliationDependencies {
  readonly runs: RunStore;
  readonly check: PlanCheck;
  readonly installations: Installations;
  readonly instance: string;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Ends containers whose deadline has passed, and those whose run is not active in this process: the database may
 * still call a run of a killed process running. Throws `DockerError`.
 */
export async function reconcileContainers(
  isActive: (run: string) => boolean,
  { instance, log, now }: Pick<ReconciliationDependencies, 'instance' | 'log' | 'now'>,
): Promise<void> {
  for (const sentence of await reap(isActive, instance, now())) log.warn(sentence);
}

/** Completes check runs that are in progress although their run has its verdict; an abort ends it early. */
export async function reconcileCheckRuns(
  deps: ReconciliationDependencies,
  signal: AbortSignal,
): Promise<void> {
  const since = deps.now() - LOOK_BACK_MS;
  const ended = deps.runs
    .latest(null, RUNS_READ)
    .filter(({ reportedAt, checkRunId }) => checkRunId !== null && (reportedAt ?? 0) > since);
  for (const run of ended) {
    if (signal.aborted) return;
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
