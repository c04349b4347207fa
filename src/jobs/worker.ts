/**
 * Runs the jobs of this process. It claims when it is woken and when the next job falls due, never by polling;
 * an interval far below the lease prolongs leases and finds jobs of processes that died.
 */
import type { Log } from '../log.ts';
import { Abandonment } from './abandonment.ts';
import type { Surroundings } from './execution.ts';
import type { Job, JobHandler, QueueName } from './job.ts';
import { type JobTransition, Journal } from './journal.ts';
import { Pool } from './pool.ts';
import { recover } from './reconcile.ts';
import type { JobStore, Selector } from './store.ts';

const LEASE_MS = 60_000;
/** How long a handler has to stop after its signal was aborted. */
const STOP_MS = 5_000;
/** When to look again after the database failed. */
const TROUBLE_MS = 1_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface WorkerOptions {
  readonly store: JobStore;
  readonly handlers: readonly JobHandler[];
  /** How many jobs of each queue run at the same time. */
  readonly concurrency: Readonly<Record<QueueName, number>>;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Names this process from its start to its end; no other process ever has the same. */
  readonly owner: string;
  /** Milliseconds without a heartbeat after which a job is somebody else's to run. */
  readonly leaseMs?: number;
  readonly onTransition?: (transition: JobTransition) => void;
}

export class Worker {
  readonly #around: Surroundings;
  readonly #pool: Pool;
  readonly #abandonment: Abandonment;
  #waiting: { readonly until: 'idle' | 'drained'; readonly resolve: () => void }[] = [];
  #state: 'new' | 'started' | 'stopping' = 'new';
  #wakeUp: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | undefined;
  #interval: NodeJS.Timeout | undefined;
  #lastTickAt: number | null = null;

  constructor(options: WorkerOptions) {
    const { store, owner, now, random, leaseMs = LEASE_MS, handlers, concurrency } = options;
    const journal = new Journal(options.log, now, options.onTransition ?? (() => undefined));
    this.#around = { store, owner, now, random, leaseMs, journal };
    const byKind = new Map(handlers.map((handler) => [handler.kind, handler]));
    this.#pool = new Pool(this.#around, byKind, concurrency);
    this.#abandonment = new Abandonment(this.#around, byKind, concurrency.command);
  }

  /** Takes up the jobs of processes that died and begins to claim. Throws where the database fails. */
  start(): void {
    if (this.#state !== 'new') throw new Error('A worker starts once.');
    this.#recover(this.#around.owner);
    this.#state = 'started';
    this.#interval = setInterval(() => this.#keepLeases(), this.#around.leaseMs / 3);
    this.wake();
  }

  /** Claims what is due, after the current turn of the event loop: callers may be inside a transaction. */
  wake(): void {
    if (this.#state === 'new') return;
    this.#wakeUp ??= setImmediate(() => {
      this.#wakeUp = null;
      this.#tick();
    });
  }

  /** Cancels jobs, as `JobStore.cancel`, and aborts those that run here. */
  cancel(selector: Selector, reason: string): Job[] {
    const { store, journal, now } = this.#around;
    const jobs = store.cancel(selector, reason, now());
    for (const job of jobs) journal.note('cancelled', job, { reason });
    this.#pool.cancel(new Set(jobs.map((job) => job.id)), reason);
    this.wake();
    return jobs;
  }

  /**
   * Claims nothing more, gives running jobs `graceMs` to end, then aborts them and returns them to the queue.
   * A second call with a shorter time shortens it.
   */
  async stop(graceMs: number): Promise<void> {
    this.#state = 'stopping';
    clearTimeout(this.#timer);
    await this.#ended(graceMs);
    this.#pool.shutDown();
    await this.#ended(STOP_MS);
    clearInterval(this.#interval);
    this.#guard(() => this.#pool.release());
    this.#tick();
  }

  /** Resolves when nothing runs and nothing is due. */
  idle(): Promise<void> {
    return this.#until('idle');
  }

  /** Resolves when nothing is left to do: as `idle`, with retries waited for. */
  drained(): Promise<void> {
    return this.#until('drained');
  }

  /** Whether this process runs the job now, whatever the database says of a process before it. */
  runs(id: string): boolean {
    return this.#pool.has(id);
  }

  /** When it last looked for work, in milliseconds since the epoch; null: not yet. */
  get lastTickAt(): number | null {
    return this.#lastTickAt;
  }

  #tick(): void {
    clearTimeout(this.#timer);
    // What falls due while it looks counts as not looked for yet.
    const since = this.#around.now();
    const done = this.#guard(() => {
      if (this.#state === 'started') {
        this.#pool.fill(() => this.wake());
        this.#abandonment.begin(() => this.wake());
        this.#setTimer(since);
      }
      this.#lastTickAt = this.#around.now();
      this.#answer();
    });
    if (!done && this.#state === 'started') this.#timer = setTimeout(() => this.#tick(), TROUBLE_MS);
  }

  #setTimer(since: number): void {
    const due = this.#around.store.nextDue(since);
    if (due === null) return;
    const wait = Math.max(0, due - this.#around.now());
    this.#timer = setTimeout(() => this.#tick(), Math.min(wait, LONGEST_TIMER_MS));
  }

  #keepLeases(): void {
    this.#guard(() => {
      this.#pool.heartbeat();
      if (this.#state === 'started') this.#recover(null);
    });
    this.#tick();
  }

  #recover(owner: string | null): void {
    const { store, journal, now } = this.#around;
    for (const { job, to } of recover(store, owner, now())) {
      journal.note(to === 'queued' ? 'recovered' : 'dead', job);
    }
  }

  #until(until: 'idle' | 'drained'): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ until, resolve });
      this.wake();
    });
  }

  #answer(): void {
    if (this.#waiting.length === 0 || this.#pool.size > 0 || this.#abandonment.running > 0) return;
    const earliest = this.#around.store.nextDue(-1);
    const stopped = this.#state === 'stopping';
    const idle = stopped || earliest === null || earliest > this.#around.now();
    const ready = this.#waiting.filter(
      ({ until }) => idle && (until === 'idle' || stopped || earliest === null),
    );
    this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  /** Waits for all that runs, at most `ms`. */
  #ended(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      void Promise.all([this.#pool.ended(), this.#abandonment.ended()]).then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** False, and logged, where `work` failed: a database in trouble must not end the process. */
  #guard(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#around.journal.problem(error, 'The queue failed; it is tried again');
      return false;
    }
  }
}
