import type { Log } from '../log.ts';
import type { Job } from './job.ts';

/**
 * What happened to a job. `lost`: its lease went to somebody else. `reported`: given up before, and by now its
 * visible end is reached.
 */
export type JobEvent =
  | 'started'
  | 'done'
  | 'retried'
  | 'handed back'
  | 'cancelled'
  | 'dead'
  | 'reported'
  | 'lost'
  | 'recovered';

/** One entry, for metrics. Times in milliseconds since the epoch; `startedAt` where the try began here. */
export interface JobTransition {
  readonly job: Job;
  readonly event: JobEvent;
  readonly at: number;
  readonly startedAt: number | null;
}

/** Writes every transition of a job to the log and to a listener. */
export class Journal {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #listener: (transition: JobTransition) => void;

  constructor(log: Log, now: () => number, listener: (transition: JobTransition) => void) {
    this.#log = log;
    this.#now = now;
    this.#listener = listener;
  }

  note(event: JobEvent, job: Job, detail: { startedAt?: number; [field: string]: unknown } = {}): void {
    const { startedAt = null, ...fields } = detail;
    const at = this.#now();
    const level = event === 'dead' ? 'error' : 'info';
    this.#log[level]({ ...identity(job), ...fields }, `Job ${event}`);
    try {
      this.#listener({ job, event, at, startedAt });
    } catch (error) {
      this.problem(error, 'The listener of job transitions failed', job);
    }
  }

  /** Something that went wrong beside the job's own course. */
  problem(error: unknown, what: string, job?: Job): void {
    this.#log.error({ ...(job && identity(job)), err: error }, what);
  }
}

function identity(job: Job): Record<string, unknown> {
  const { id, kind, repository, delivery, attempt } = job;
  return { job: id, kind, repository, delivery, attempt };
}
