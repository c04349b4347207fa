/** What a job is and what a kind of job must offer; the queue knows nothing else about its work. */

/** `command`: seconds of GitHub calls. `plan`: minutes of Docker. Each queue has its own concurrency. */
export type QueueName = 'command' | 'plan';

/** A job that is not stored yet. */
export interface NewJob {
  readonly kind: string;
  readonly queue: QueueName;
  /** Stored once per key, whatever the number of deliveries that ask for it. Null: always stored. */
  readonly dedupe: string | null;
  /** Jobs of one lane run one at a time, oldest first. Null: no order. */
  readonly lane: string | null;
  /** GitHub's installation id; 0 where there is none. */
  readonly installation: number;
  /** `owner/name`. */
  readonly repository: string;
  readonly pull: number | null;
  /** Higher first. */
  readonly priority: number;
  /** JSON; each kind parses its own with a schema. */
  readonly payload: unknown;
  /** The webhook delivery that caused it, for the logs. */
  readonly delivery: string | null;
}

export type JobState = 'queued' | 'running' | 'done' | 'dead';

export interface Job extends NewJob {
  readonly id: string;
  readonly state: JobState;
  /** 1 on the first try. */
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Why it should stop, in words for a person. Set: the handler only brings it to its visible end. */
  readonly cancelReason: string | null;
}

/**
 * One kind of job. A handler resolves once the job's visible end is reached, cancelled jobs included. It
 * throws `Handback` semantics through `signal`: see `run`.
 */
export interface JobHandler {
  readonly kind: string;
  /**
   * Does the work. Idempotent: it may run again after a crash at any point. `signal` is aborted with a
   * `Cancelled` (bring the job to its visible end) or a `Shutdown` (stop now and throw it: the job returns to
   * the queue without losing an attempt) as its reason.
   */
  run(job: Job, signal: AbortSignal): Promise<void>;
  /** Brings a job that will not be tried again to its visible end. Idempotent; retried until it succeeds. */
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
  constructor() {
    super('Codex is shutting down; the job returns to the queue.');
    this.name = 'Shutdown';
  }
}
