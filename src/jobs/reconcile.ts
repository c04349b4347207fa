/** The database's part of reconciliation: running jobs that nobody runs. */
import type { Job } from './job.ts';
import type { JobStore } from './store.ts';
import { next } from './transitions.ts';

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
    const transition = next({ kind: 'expired' }, job.attempt, now, 0);
    if (transition.to === 'queued') {
      const done = store.retry(job.id, holder, transition.dueAt, transition.error);
      return done ? [{ job, to: 'queued' }] : [];
    }
    if (transition.to !== 'dead') return [];
    return store.bury(job.id, holder, transition.reason, now) ? [{ job, to: 'dead' }] : [];
  });
}
