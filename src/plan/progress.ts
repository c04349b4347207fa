/**
 * What a running plan shows meanwhile: the latest state only, at most once in a while, and never two updates at
 * a time. A failed update is not worth failing a plan: the next one, or the verdict, takes its place.
 */
import type { Log } from '../log.ts';

interface Options {
  /** Milliseconds between the start of two updates. */
  readonly interval: number;
  readonly update: () => Promise<void>;
  readonly log: Log;
}

export class Progress {
  readonly #options: Options;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #waiting = false;
  #stopped = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Something changed: `update` is called at once where none was lately, else when the interval has passed. */
  changed(): void {
    if (this.#stopped) return;
    if (this.#timer) {
      this.#waiting = true;
      return;
    }
    this.#waiting = false;
    this.#run();
    this.#timer = setTimeout(() => this.#again(), this.#options.interval);
    this.#timer.unref();
  }

  /** No update starts after this; resolves when the one that runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  #again(): void {
    this.#timer = null;
    if (this.#waiting) this.changed();
  }

  #run(): void {
    this.#running = this.#running.then(async () => {
      try {
        await this.#options.update();
      } catch (error) {
        this.#options.log.warn({ err: error }, 'progress could not be shown');
      }
    });
  }
}
