/** Ends a running container from outside, by name: docker's client is only a reader and may die alone. */
import { setTimeout as delay } from 'node:timers/promises';
import { DockerError, docker } from './docker.ts';

/** Milliseconds between SIGINT, which lets pytest report, and SIGKILL. */
const GRACE_MS = 10_000;
/** Milliseconds that the daemon may take to end what was killed. */
const KILL_PATIENCE_MS = 30_000;

/** At its deadline by SIGINT, then SIGKILL; at an abort by SIGKILL at once. */
export class Ending {
  readonly #name: string;
  readonly #settled = new AbortController();
  readonly #signal: AbortSignal;
  readonly #giveUp: () => void;
  #timedOut = false;
  #killed = false;

  constructor(name: string, timeoutMs: number, signal: AbortSignal, giveUp: () => void) {
    this.#name = name;
    this.#signal = signal;
    this.#giveUp = giveUp;
    signal.addEventListener('abort', this.kill, { signal: this.#settled.signal });
    if (signal.aborted) this.kill();
    void this.#after(timeoutMs, () => this.#timeOut());
  }

  outcome(): { timedOut: boolean; status?: null } {
    return this.#killed ? { timedOut: this.#timedOut, status: null } : { timedOut: this.#timedOut };
  }

  settle(): void {
    this.#settled.abort();
  }

  /** Until it is dead: `docker start` may still be on its way. A daemon that does not kill is given up on. */
  readonly kill = (): void => {
    if (this.#killed) return;
    this.#killed = true;
    void this.#after(KILL_PATIENCE_MS, this.#giveUp);
    void this.#killUntilDead();
  };

  async #killUntilDead(): Promise<void> {
    while (!this.#settled.signal.aborted) {
      await signalContainer(this.#name, 'KILL');
      await this.#after(100, () => {});
    }
  }

  async #timeOut(): Promise<void> {
    this.#timedOut = true;
    await signalContainer(this.#name, 'INT');
    await this.#after(GRACE_MS, this.kill);
  }

  async #after(ms: number, act: () => void | Promise<void>): Promise<void> {
    try {
      await delay(ms, null, { signal: this.#settled.signal, ref: true });
    } catch {
      return; // The container ended before.
    }
    await act();
  }
}

/** A container that is not there (yet, or any more), or a dead daemon, is for the reader of the streams to see. */
async function signalContainer(name: string, signal: 'INT' | 'KILL'): Promise<void> {
  try {
    await docker(['kill', '--signal', signal, name], { timeout: 10_000 });
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
  }
}
