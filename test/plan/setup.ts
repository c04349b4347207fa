/** Plans in a real database, and what they ask for. */
import { JobStore } from '../../src/jobs/store.ts';
import { acceptPlan } from '../../src/plan/request.ts';
import { ALL_TESTS, type PlanRequest } from '../../src/plan/request-schema.ts';
import { type Run, RunStore } from '../../src/plan/runs.ts';
import { openDatabase } from '../../src/store/database.ts';

export function planRequest(more: Partial<PlanRequest> = {}): PlanRequest {
  return {
    installation: 1,
    repositoryId: 7,
    repository: 'acme/shop',
    pull: 3,
    headSha: 'a'.repeat(40),
    baseRef: 'main',
    headRef: 'change',
    fork: false,
    arguments: ALL_TESTS,
    requestedBy: 'dev',
    trigger: { type: 'comment', commentId: 11 },
    acceptedAt: 1_000,
    ...more,
  };
}

export class Plans {
  readonly db = openDatabase(':memory:');
  readonly jobs = new JobStore(this.db);
  readonly runs = new RunStore(this.db);
  #now = 1_000;
  #accepted = 0;

  /** Accepts a plan that nobody asked for before. */
  accept(more: Partial<PlanRequest> = {}): Run {
    this.#accepted += 1;
    const run = this.offer(`plan ${this.#accepted}`, more);
    if (!run) throw new Error('The plan was not new.');
    return run;
  }

  /** Null where it was stored before under this key. */
  offer(dedupe: string, more: Partial<PlanRequest> = {}): Run | null {
    return acceptPlan(this, planRequest(more), { dedupe, delivery: null, now: this.tick() });
  }

  /** Starts the next plan; gives its id. */
  start(): string | null {
    return this.jobs.claim('plan', 'test', this.tick(), 60_000)?.id ?? null;
  }

  tick(): number {
    this.#now += 1;
    return this.#now;
  }
}
