/**
 * What a running plan shows meanwhile: the latest state only, at most once in a while, and never two updates at
 * a time. A failed update is not worth failing a plan: the next one, or the verdict, takes its place.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';

interface Options {
  /** Milliseconds between the start of two updates, asked for at the start of each. */
  readonly interval: () => number;
  readonly update: () => Promise<void>;
  readonly log: Log;
}

export class Progress {
  readonly #options: Options;
  readonly #stopped = new AbortController();
  #working: Promise<void> | null = null;
  #outdated = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Something changed: `update` is called at once where none was lately, else when the interval has passed. */
  changed(): void {
    this.#outdated = true;
    this.#working ??= this.#work();
  }

  /** No update starts after this; resolves when the one that runs has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#working;
  }

  /** However long an update takes, what changes meanwhile is one more after it. */
  async #work(): Promise<void> {
    const { signal } = this.#stopped;
    while (this.#outdated && !signal.aborted) {
      this.#outdated = false;
      const rest = delay(this.#options.interval(), null, { signal, ref: false }).catch(() => null);
      await this.#update();
      await rest;
    }
    this.#working = null;
  }

  async #update(): Promise<void> {
    try {
      await this.#options.update();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'progress could not be shown');
    }
  }
}
