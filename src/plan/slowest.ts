interface Timed {
  readonly nodeid: string;
  readonly seconds: number;
}

/** The slowest tests of a session, the `size` slowest of them. A test that ran again counts as it ran last. */
export class Slowest {
  readonly #size: number;
  #tests: Timed[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  add(nodeid: string, seconds: number): void {
    const least = this.#tests.length < this.#size ? 0 : (this.#tests.at(-1)?.seconds ?? 0);
    const known = this.#tests.some((test) => test.nodeid === nodeid);
    if (seconds <= least && !known) return;
    const others = this.#tests.filter((test) => test.nodeid !== nodeid);
    this.#tests = [...others, { nodeid, seconds }].sort((a, b) => b.seconds - a.seconds).slice(0, this.#size);
  }

  list(): Timed[] {
    return [...this.#tests];
  }
}
