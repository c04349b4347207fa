/** Waiting without sleeping: a condition is looked at again whenever something has changed on this GitHub. */
import { EventEmitter } from 'node:events';

/** A busy machine may be several times as slow as a quiet one. */
const DEFAULT_TIMEOUT_MS = 90_000;

export class Watch {
  readonly #changes = new EventEmitter().setMaxListeners(0);

  changed(): void {
    this.#changes.emit('change');
  }

  /** Resolves with the first value of `condition` that is neither null, undefined nor false. Rejects after `timeoutMs`. */
  async until<Value>(
    what: string,
    condition: () => Value | Promise<Value>,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ): Promise<Exclude<Value, null | undefined | false>> {
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const change = this.#nextChange(deadline);
      const value = await condition();
      // What is left after the comparison is what `Exclude` says; TypeScript does not narrow a type parameter so.
      if (value !== null && value !== undefined && value !== false) {
        return value as Exclude<Value, null | undefined | false>;
      }
      if (!(await change)) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`);
    }
  }

  /** True at the next change, false when the time is over. */
  #nextChange(deadline: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const changed = () => {
        deadline.removeEventListener('abort', over);
        resolve(true);
      };
      const over = () => {
        this.#changes.off('change', changed);
        resolve(false);
      };
      if (deadline.aborted) return resolve(false);
      this.#changes.once('change', changed);
      deadline.addEventListener('abort', over, { once: true });
    });
  }
}
