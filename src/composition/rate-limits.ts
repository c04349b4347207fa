import { classifyFailure } from '../github/failure.ts';
import type { JobHandler } from '../jobs/job.ts';

/** A handler whose errors carry the wait that GitHub asked for, which the queue keeps to. */
export function withRateLimits(handler: JobHandler, now: () => number): JobHandler {
  const told = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      const retryAfterMs = classifyFailure(error, now())?.retryAfterMs;
      if (retryAfterMs === undefined || !(error instanceof Error)) throw error;
      throw Object.assign(error, { retryAfterMs });
    }
  };
  return {
    kind: handler.kind,
    run: (job, signal) => told(handler.run(job, signal)),
    abandon: (job, reason) => told(handler.abandon(job, reason)),
  };
}
