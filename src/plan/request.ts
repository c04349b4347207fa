/** Accepting a plan: its job and its run are stored together, and older queued plans give way to it. */
import type { NewJob } from '../jobs/job.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Db } from '../store/database.ts';
import type { PlanRequest } from './request-schema.ts';
import type { Run, RunStore } from './runs.ts';

/** What a person asks for, be it a merge, goes before what Codex does by itself. */
const PRIORITY = { comment: 10, check_run: 10, merge: 10, auto: 0, alert: 0, local: 10 } as const;

/** The job kind of plans. */
export const PLAN = 'plan';

/**
 * Stores a plan, once per `dedupe`; queued (not running) plans of the same pull request are cancelled. Returns the
 * new run, or null where the plan was stored before.
 */
export function acceptPlan(
  { db, jobs, runs }: { db: Db; jobs: JobStore; runs: RunStore },
  request: PlanRequest,
  { dedupe, delivery, now }: { dedupe: string; delivery: string | null; now: number },
): Run | null {
  return db.transaction(() => {
    const [job] = jobs.enqueue([newJob(request, dedupe, delivery)], now);
    if (!job) return null;
    runs.create(job.id, request, now);
    const { repository, pull } = request;
    jobs.cancel(
      { repository, pull, kind: PLAN, before: job.id, state: 'queued' },
      'superseded by a newer plan',
      now,
    );
    return runs.get(job.id);
  })();
}

function newJob(request: PlanRequest, dedupe: string, delivery: string | null): NewJob {
  return {
    kind: PLAN,
    queue: 'plan',
    dedupe,
    lane: `plan:${request.repository}#${request.pull}`,
    installation: request.installation,
    repository: request.repository,
    pull: request.pull,
    priority: PRIORITY[request.trigger.type],
    payload: request,
    delivery,
  };
}
