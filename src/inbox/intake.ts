import type { NewJob } from '../jobs/job.ts';

/** Takes the jobs that handlers give while their delivery is dispatched. */
export class Intake {
  readonly #given = new Map<string, NewJob[]>();

  /** Called by handlers. Throws when the delivery is not being dispatched: what it gives would be lost. */
  give(delivery: string, jobs: readonly NewJob[]): void {
    const given = this.#given.get(delivery);
    if (!given) throw new Error(`Jobs were given for delivery ${delivery}, which is not being dispatched.`);
    given.push(...jobs);
  }

  /** Runs `receive` and resolves to the jobs given for `delivery` meanwhile; rejects as `receive` does. */
  async collect(delivery: string, receive: () => Promise<void>): Promise<readonly NewJob[]> {
    const given: NewJob[] = [];
    this.#given.set(delivery, given);
    try {
      await receive();
      return given;
    } finally {
      if (this.#given.get(delivery) === given) this.#given.delete(delivery);
    }
  }
}
