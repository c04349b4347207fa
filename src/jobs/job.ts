/** What a job is and what a kind of job must offer; the queue knows nothing else about its work. */

/** `command`: seconds of GitHub calls. `plan`: minutes of Docker. Each queue has its own concurrency. */
export type QueueName = 'command' | 'plan';

/** A job that is not stored yet. */
export interface NewJob {
  readonly kind: string;
  readonly queue: QueueName;
  /** Stored once per key, whatever the number of deliveries that ask for it. Null: always stored. */
  readonly dedupe: string | null;
  /**
   * Jobs of one lane run one at a time. None overtakes an earlier one, waiting for its retry or not, unless
   * its priority is higher. Null: no order.
   */
  readonly lane: string | null;
  /** GitHub's installation id; 0 where there is none. */
  readonly installation: number;
  /** `owner/name`. */
  readonly repository: string;
  readonly pull: number | null;
  /** Higher first; from 0 to 999. */
  readonly priority: number;
  /** JSON; each kind parses its own with a schema. */
  readonly payload: unknown;
  /** The webhook delivery that caused it, for the logs. */
  readonly delivery: string | null;
  /** Milliseconds before it is due; at once if absent. */
  readonly delayMs?: number;
}

type JobState = 'queued' | 'running' | 'done' | 'dead';

export interface Job extends Omit<NewJob, 'delayMs'> {
  /** A UUID of version 7: jobs sort by age when they sort by id. */
  readonly id: string;
  readonly state: JobState;
  /** How often it was started: 0 before the first try, 1 on it. A try that a shutdown stopped does not count. */
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Why it should stop, in words for a person. Set: the handler only brings it to its visible end. */
  readonly cancelReason: string | null;
}

/** One kind of job. */
export interface JobHandler {
  readonly kind: string;
  /**
   * Does the work; resolves once the job's visible end is reached, cancelled jobs (`job.cancelReason`)
   * included. Idempotent: it may run again after a crash at any point. `signal` is aborted with one of two
   * reasons:
   * - `Cancelled`: bring the job to its visible end, or throw: `run` is then called again at once, with
   *   `job.cancelReason` set and a fresh signal.
   * - `Shutdown`: stop now, report nothing, throw. The job returns to the queue without losing an attempt.
   *
   * What else it throws: a `UserError` ends the job at once, with its words. Any other error is tried again
   * with backoff, at the earliest after the error's `retryAfterMs` where it has one, and after the last attempt
   * `abandon` is called.
   */
  run(job: Job, signal: AbortSignal): Promise<void>;
  /**
   * Brings a job that will not be tried again to its visible end. `reason` is for a person. Idempotent; called
   * again until it resolves.
   */
  abandon(job: Job, reason: string): Promise<void>;
}

/** Why a running job is stopped: a person or a newer event wants it to end. */
export class Cancelled extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Cancelled';
  }
}

/** Why a running job is stopped: this process ends, another will take the job up again. */
export class Shutdown extends Error {
  constructor(message = 'Codex is shutting down; the job returns to the queue.') {
    super(message);
    this.name = 'Shutdown';
  }
}
