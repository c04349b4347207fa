/** One try of one job: from its start to the transition that is stored. */
import { setTimeout as delay } from 'node:timers/promises';
import { Cancelled, type Job, type JobHandler, Shutdown } from './job.ts';
import type { Journal } from './journal.ts';
import type { JobStore } from './store.ts';
import { next, type Outcome, type Transition } from './transitions.ts';

/** What an execution needs from its worker. */
export interface Surroundings {
  readonly store: JobStore;
  readonly journal: Journal;
  readonly owner: string;
  readonly leaseMs: number;
  readonly now: () => number;
  readonly random: () => number;
}

/** When to store an end again after the database failed. */
const TROUBLE_MS = 1_000;

const EVENTS = { done: 'done', 'handed back': 'handed back', queued: 'retried', dead: 'dead' } as const;

export class Execution {
  readonly job: Job;
  /** Resolves once the try ended and its end is stored; never rejects. */
  readonly ended: Promise<void>;
  readonly #worker: Surroundings;
  readonly #startedAt: number;
  readonly #abort = new AbortController();
  #held = true;

  /** `handler`: undefined where no handler knows the job's kind. */
  constructor(worker: Surroundings, job: Job, handler: JobHandler | undefined) {
    this.job = job;
    this.#worker = worker;
    this.#startedAt = worker.now();
    worker.journal.note('started', job, { startedAt: this.#startedAt });
    this.ended = this.#run(handler);
  }

  /** Tells the handler to stop, with a `Cancelled` or a `Shutdown`. Only the first reason counts. */
  abort(reason: Cancelled | Shutdown): void {
    this.#abort.abort(reason);
  }

  /** Prolongs the lease, or stops if another has it; takes notice of a cancel that another process stored. */
  heartbeat(): void {
    if (!this.#held) return;
    const { store, owner, leaseMs, now } = this.#worker;
    if (store.heartbeat(this.job.id, owner, now() + leaseMs)) {
      const reason = store.get(this.job.id)?.cancelReason ?? null;
      if (reason !== null && this.job.cancelReason === null) this.abort(new Cancelled(reason));
    } else {
      this.#lose();
    }
  }

  /** Returns the job to the queue though its handler does not stop; what it still does has no effect here. */
  release(): void {
    this.#held = false;
    this.#store({ to: 'handed back' });
  }

  async #run(handler: JobHandler | undefined): Promise<void> {
    const outcome = await this.#outcome(handler);
    while (this.#held && !this.#isStored(outcome)) await delay(TROUBLE_MS);
  }

  /** False where the database failed: a disk that is full has room again, and what was done needs not be repeated. */
  #isStored(outcome: Outcome): boolean {
    const { journal, now, random } = this.#worker;
    try {
      this.#store(next(outcome, this.job.attempt, now(), random()), outcome);
      return true;
    } catch (error) {
      journal.problem(error, 'The end of a job could not be stored; it is tried again', this.job);
      return false;
    }
  }

  async #outcome(handler: JobHandler | undefined): Promise<Outcome> {
    const { signal } = this.#abort;
    try {
      if (!handler) throw new Error(`Nothing here handles jobs of the kind ${this.job.kind}.`);
      await handler.run(this.job, signal);
      return { kind: 'succeeded' };
    } catch (error) {
      return signal.aborted ? { kind: 'stopped', error } : { kind: 'failed', error };
    }
  }

  #store(transition: Transition, outcome?: Outcome): void {
    const applied = this.#apply(transition);
    const error = outcome && 'error' in outcome ? { err: outcome.error } : {};
    const { to, ...detail } = transition;
    this.#worker.journal.note(applied ? EVENTS[to] : 'lost', this.job, {
      startedAt: this.#startedAt,
      ...detail,
      ...error,
    });
  }

  #apply(transition: Transition): boolean {
    const { store, owner, now } = this.#worker;
    const { id } = this.job;
    if (transition.to === 'done') return store.finish(id, owner, now());
    if (transition.to === 'handed back') return store.handBack(id, owner, now());
    if (transition.to === 'dead') return store.bury(id, owner, transition.reason, now());
    return store.retry(id, owner, transition.dueAt, transition.error);
  }

  #lose(): void {
    this.#held = false;
    this.#worker.journal.note('lost', this.job, { startedAt: this.#startedAt });
    this.abort(new Shutdown('The lease of this job went to somebody else.'));
  }
}
