/** The longest time a timer of Node takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** Sleeps until a time or a ring, whichever comes first; a ring before the sleep ends it at once. */
export class Alarm {
  #rung = false;
  #end: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#end?.();
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#end = null;
        this.#rung = false;
        resolve();
      };
      const timer = setTimeout(end, this.#rung ? 0 : Math.min(milliseconds, LONGEST_MS));
      this.#end = end;
    });
  }
}
