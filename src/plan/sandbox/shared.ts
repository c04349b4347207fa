/** Work that several callers want at the same time is done once, and stopped only when none wants it any more. */

interface Work<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  callers: number;
}

export class Shared<Result> {
  readonly #running = new Map<string, Work<Result>>();

  /** Joins the work under `key`, or starts it. Throws `signal.reason` as soon as this caller gives up. */
  async run(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const work = this.#running.get(key) ?? this.#start(key, start);
    work.callers += 1;
    const { promise: gaveUp, reject } = Promise.withResolvers<never>();
    const giveUp = () => {
      work.callers -= 1;
      // The last one waits for the end of the work: nothing of it may outlive its callers.
      if (work.callers > 0) return reject(signal.reason);
      this.#running.delete(key);
      work.controller.abort(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([work.result, gaveUp]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<Result>): Work<Result> {
    const controller = new AbortController();
    const result = start(controller.signal).finally(() => {
      if (this.#running.get(key)?.controller === controller) this.#running.delete(key);
    });
    const work = { result, controller, callers: 0 };
    this.#running.set(key, work);
    return work;
  }
}
