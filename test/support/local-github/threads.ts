/** Conversations on the files of a pull request, which may be resolved. */
import type { TrackedPull } from './pulls.ts';

export interface Thread {
  readonly id: string;
  readonly path: string;
  resolved: boolean;
}

export class Threads {
  readonly #byPull = new Map<TrackedPull, Thread[]>();

  /** Oldest first. */
  of(pull: TrackedPull): readonly Thread[] {
    return this.#byPull.get(pull) ?? [];
  }

  open(pull: TrackedPull): Thread[] {
    return this.of(pull).filter(({ resolved }) => !resolved);
  }

  start(pull: TrackedPull, path: string): Thread {
    const known = this.of(pull);
    const id = `PRRT_${pull.repository}#${pull.number}_${known.length + 1}`;
    const thread = { id, path, resolved: false };
    this.#byPull.set(pull, [...known, thread]);
    return thread;
  }
}
