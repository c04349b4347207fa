/** The database's part of reconciliation: running jobs that nobody runs. */
import type { Job } from './job.ts';
import type { JobStore } from './store.ts';
import { afterExpiry } from './transitions.ts';

/** A job that was found running without a process, and what became of it. */
export interface Recovered {
  readonly job: Job;
  readonly to: 'queued' | 'dead';
}

/**
 * Returns orphaned jobs to the queue, or gives them up after their last attempt. At start with the `owner` that
 * starts: all others are taken for dead, and whoever still lives learns it from its heartbeat. Later with null:
 * only jobs whose lease ended.
 */
export function recover(store: JobStore, owner: string | null, now: number): Recovered[] {
  return store.orphans(owner, now).flatMap(({ job, owner: holder }): Recovered[] => {
    const transition = afterExpiry(job.attempt, now);
    const applied =
      transition.to === 'queued'
        ? store.retry(job.id, holder, transition.dueAt, transition.error)
        : store.bury(job.id, holder, transition.reason, now);
    return applied ? [{ job, to: transition.to }] : [];
  });
}
