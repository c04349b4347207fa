import type { DeadLetter } from './dead.ts';
import type { Surroundings } from './execution.ts';
import type { JobHandler } from './job.ts';
import { abandonBackoff } from './transitions.ts';

/** Brings dead jobs to their visible end, each again and again until its handler succeeds. */
export class Abandonment {
  readonly #worker: Surroundings;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #limit: number;
  readonly #running = new Map<string, Promise<void>>();

  /** At most `limit` at the same time. */
  constructor(worker: Surroundings, handlers: ReadonlyMap<string, JobHandler>, limit: number) {
    this.#worker = worker;
    this.#handlers = handlers;
    this.#limit = limit;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Begins all that is due; `onEnd` is called after each. */
  begin(onEnd: () => void): void {
    const { store, now, leaseMs } = this.#worker;
    while (this.#running.size < this.#limit) {
      const letter = store.dead.take(now(), now() + leaseMs);
      if (!letter) return;
      const { id } = letter.job;
      if (this.#running.has(id)) continue;
      const end = this.#abandon(letter).then(() => {
        this.#running.delete(id);
        onEnd();
      });
      this.#running.set(id, end);
    }
  }

  /** Resolves once those that run now ended; never rejects. */
  async ended(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #abandon({ job, reason, diedAt }: DeadLetter): Promise<void> {
    const { store, journal, now, random } = this.#worker;
    try {
      const handler = this.#handlers.get(job.kind);
      if (!handler) throw new Error(`Nothing here handles jobs of the kind ${job.kind}.`);
      await handler.abandon(job, reason);
      store.dead.markReported(job.id);
      journal.note('reported', job, { reason });
    } catch (error) {
      journal.problem(error, 'A dead job could not be brought to its visible end; it is tried again', job);
      this.#defer(job.id, now() + abandonBackoff(now() - diedAt, random()));
    }
  }

  /** Where even this fails, the job is due again when `take` said. */
  #defer(id: string, dueAt: number): void {
    try {
      this.#worker.store.dead.defer(id, dueAt);
    } catch (error) {
      this.#worker.journal.problem(error, 'The database failed; a dead job waits longer than it should');
    }
  }
}
