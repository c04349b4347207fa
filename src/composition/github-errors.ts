import { classifyFailure } from '../github/failure.ts';
import type { JobHandler } from '../jobs/job.ts';

/**
 * A handler whose errors say which call to GitHub failed and how, for whoever is told why a job was given up, and
 * carry the wait that GitHub asked for, which the queue keeps to.
 */
export function withGitHubErrors(handler: JobHandler, now: () => number): JobHandler {
  const told = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      const failure = classifyFailure(error, now());
      if (!failure) throw error;
      const { message, retryAfterMs } = failure;
      throw Object.assign(new Error(message, { cause: error }), { retryAfterMs });
    }
  };
  return {
    kind: handler.kind,
    run: (job, signal) => told(handler.run(job, signal)),
    abandon: (job, reason) => told(handler.abandon(job, reason)),
  };
}
