import type { NewJob } from '../jobs/job.ts';
import { acceptPlan } from '../plan/request.ts';
import type { PlanRequest } from '../plan/request-schema.ts';
import type { Core } from './core.ts';

/** How work gets into the queue: stored, and looked at by the worker at once. */
export interface Queue {
  readonly enqueue: (jobs: readonly NewJob[]) => void;
  /** Once per `dedupe`; queued plans of the same pull request give way. `delivery`: the webhook that caused it. */
  readonly requestPlan: (request: PlanRequest, dedupe: string, delivery?: string | null) => void;
}

/** `wake` has the worker look for work. */
export function createQueue({ db, jobs, runs, queueDisplay, now }: Core, wake: () => void): Queue {
  return {
    enqueue(given) {
      if (jobs.enqueue(given, now()).length > 0) wake();
    },
    requestPlan(request, dedupe, delivery = null) {
      acceptPlan({ db, jobs, runs }, request, { dedupe, delivery, now: now() });
      wake();
      queueDisplay.changed();
    },
  };
}
