/** Keeps the check runs of plans that wait, and the living comments, at their position in the queue. */
import type { JobStore } from '../jobs/store.ts';
import type { Log } from '../log.ts';
import type { PlanCheck } from './check.ts';
import { Progress } from './progress.ts';
import { queuedOutput } from './report/progress.ts';
import type { Run, RunStore } from './runs.ts';

/** Milliseconds between two looks at the queue. */
const INTERVAL = 5_000;
/** Further back a place is shown every so many places: each start moves the whole line, and GitHub counts writes. */
const NEAR = 10;

interface Dependencies {
  readonly runs: RunStore;
  readonly jobs: Pick<JobStore, 'get' | 'position' | 'waiting'>;
  readonly check: Pick<PlanCheck, 'show'>;
  /** Brings the living comment of the run's pull request to what the database says. */
  readonly publish: (run: Run) => Promise<void>;
  readonly log: Log;
}

export class QueueDisplay {
  readonly #deps: Dependencies;
  readonly #shown = new Map<string, number>();
  readonly #progress: Progress;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    this.#progress = new Progress({ interval: () => INTERVAL, log: deps.log, update: () => this.#update() });
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
    const line = this.#deps.jobs.waiting('plan');
    const waiting = new Set(line);
    for (const id of this.#shown.keys()) if (!waiting.has(id)) this.#shown.delete(id);
    const news = line.filter((id, index) => isNews(this.#shown.get(id), index + 1));
    await Promise.all(news.map((id) => this.#show(id)));
  }

  /** A repository that cannot be reached keeps no other from its place. */
  async #show(id: string): Promise<void> {
    let shown: number | null = null;
    try {
      await this.#deps.check.show(id, () => {
        shown = this.#position(id);
        return shown === null ? null : { status: 'queued', output: queuedOutput(shown) };
      });
      const run = shown === null ? null : this.#deps.runs.get(id);
      if (shown === null || run === null) return;
      this.#shown.set(id, shown);
      await this.#deps.publish(run);
    } catch (error) {
      this.#deps.log.warn({ run: id, err: error }, 'the place in the queue could not be shown');
    }
  }

  /** Null for a plan that does not wait: it runs, has ended, or is cancelled and comes to its end next. */
  #position(id: string): number | null {
    const { jobs } = this.#deps;
    return jobs.get(id)?.cancelReason === null ? jobs.position(id) : null;
  }
}

function isNews(shown: number | undefined, position: number): boolean {
  if (shown === undefined) return true;
  return position <= NEAR ? shown !== position : Math.abs(shown - position) >= NEAR;
}
