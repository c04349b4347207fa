/** Keeps the check runs of plans that wait at their position in the queue. */
import type { JobStore } from '../jobs/store.ts';
import type { Log } from '../log.ts';
import type { PlanCheck } from './check.ts';
import { Progress } from './progress.ts';
import { queuedOutput } from './report/progress.ts';
import type { RunStore } from './runs.ts';

/** Milliseconds between two looks at the queue. */
const INTERVAL = 5_000;

interface Dependencies {
  readonly runs: RunStore;
  readonly jobs: Pick<JobStore, 'get' | 'position'>;
  readonly check: PlanCheck;
  readonly log: Log;
}

export class QueueDisplay {
  readonly #deps: Dependencies;
  readonly #shown = new Map<string, number>();
  readonly #progress: Progress;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    this.#progress = new Progress({ interval: INTERVAL, log: deps.log, update: () => this.#update() });
  }

  /** Plans were queued, started or cancelled. */
  changed(): void {
    this.#progress.changed();
  }

  stop(): Promise<void> {
    return this.#progress.stop();
  }

  async #update(): Promise<void> {
    // The worker claims after the current turn: a plan that starts at once is never shown as queued.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const { runs, jobs, check } = this.#deps;
    const waiting = new Set<string>();
    for (const run of runs.unreported()) {
      const position = jobs.get(run.id)?.cancelReason === null ? jobs.position(run.id) : null;
      if (position === null) continue;
      waiting.add(run.id);
      if (this.#shown.get(run.id) === position) continue;
      await check.show(run, 'queued', queuedOutput(position));
      this.#shown.set(run.id, position);
    }
    for (const id of this.#shown.keys()) if (!waiting.has(id)) this.#shown.delete(id);
  }
}
