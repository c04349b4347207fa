/** The commands at work: events of a local GitHub, jobs in a real queue, plans that are accepted but never run. */

import { v7 } from 'uuid';
import type { Answer, Effects, PullTarget } from '../../src/commands/context.ts';
import { repositoryAccess } from '../../src/commands/github.ts';
import { commandHandler } from '../../src/commands/job.ts';
import type { Merges } from '../../src/commands/merges.ts';
import { pullRequestHandler } from '../../src/commands/pull-request.ts';
import { jobsFor } from '../../src/commands/triggers.ts';
import { uninstallHandler } from '../../src/commands/uninstall.ts';
import { UserError } from '../../src/errors.ts';
import type { Job, JobHandler } from '../../src/jobs/job.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { createLog } from '../../src/log.ts';
import { FreezeStore } from '../../src/merge/freezes.ts';
import { IntentStore } from '../../src/merge/intents.ts';
import { requestMerge, withdrawMerge, withdrawMerges } from '../../src/merge/request.ts';
import { acceptPlan } from '../../src/plan/request.ts';
import { type Run, RunStore } from '../../src/plan/runs.ts';
import { openDatabase } from '../../src/store/database.ts';
import { connect } from '../github/connect.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';

const OWNER = 'test';
const LEASE_MS = 60_000;

export class Commands {
  readonly #db = openDatabase(':memory:');
  readonly jobs = new JobStore(this.#db);
  readonly runs = new RunStore(this.#db);
  /** Capabilities that nobody has. */
  readonly denied = new Set<string>();
  readonly #answers: { readonly pull: PullTarget; readonly answer: Answer }[] = [];
  readonly #github: LocalGitHub;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  #followed: number;
  #now = 1_000;

  constructor(github: LocalGitHub) {
    this.#github = github;
    this.#followed = github.deliveries.all.length;
    const log = createLog('silent');
    const effects = this.#effects();
    const handlers = [
      commandHandler(effects, log),
      pullRequestHandler(effects, {}, log),
      uninstallHandler(effects, log),
    ];
    this.#handlers = new Map(handlers.map((handler) => [handler.kind, handler]));
  }

  /** Stores the jobs of all events since the last call, in order, without running them. */
  async receive(): Promise<Job[]> {
    await this.#github.settled();
    const deliveries = this.#github.deliveries.all.slice(this.#followed);
    this.#followed += deliveries.length;
    return deliveries.flatMap(({ event, payload, guid }) =>
      this.jobs.enqueue(jobsFor(event, payload, guid).jobs, this.#tick()),
    );
  }

  /** Runs everything that all events so far ask for, except plans. */
  async follow(): Promise<void> {
    await this.receive();
    for (let job = this.#claim('command'); job; job = this.#claim('command')) {
      await this.handler(job)?.run(job, new AbortController().signal);
      this.jobs.finish(job.id, OWNER, this.#tick());
    }
  }

  /** None for a plan: cancelled ones come here only to be seen to end. */
  handler({ kind }: Job): JobHandler | null {
    return this.#handlers.get(kind) ?? null;
  }

  /** Starts the next plan, which then runs until it is cancelled. */
  startPlan(): Job | null {
    return this.#claim('plan');
  }

  /** The plans of a pull request, oldest first. */
  plans(pull: number): { readonly run: Run; readonly cancelled: string | null }[] {
    return this.runs
      .unreported()
      .filter(({ request }) => request.pull === pull)
      .map((run) => ({ run, cancelled: this.jobs.get(run.id)?.cancelReason ?? null }));
  }

  /** What became of the merges of a repository, `owner/name`. */
  merges(repository: string): unknown[] {
    return this.#db.prepare('SELECT state, reason FROM merges WHERE repository = ?').all(repository);
  }

  /** What people were told on a pull request. */
  answers(pull: number): string[] {
    return this.answered(pull).map(({ markdown }) => markdown);
  }

  /** The same, with who asked what. */
  answered(pull: number): Answer[] {
    return this.#answers.filter((given) => given.pull.number === pull).map(({ answer }) => answer);
  }

  close(): void {
    this.#db.close();
  }

  #claim(queue: 'command' | 'plan'): Job | null {
    return this.jobs.claim(queue, OWNER, this.#tick(), LEASE_MS);
  }

  #effects(): Effects {
    const stores = { db: this.#db, jobs: this.jobs, runs: this.runs };
    return {
      github: repositoryAccess(connect(this.#github).installations),
      entitlement: async (capability, { user }) =>
        this.denied.has(capability)
          ? { allowed: false, reason: 'no', refusal: new UserError(`${user} has no ${capability}.`, 'Ask.') }
          : { allowed: true, reason: 'yes', refusal: null },
      merges: this.#merges(),
      runs: this.runs,
      jobs: this.jobs,
      cancel: (selector, reason) => this.jobs.cancel(selector, reason, this.#tick()),
      requestPlan: (request, dedupe, delivery) => {
        acceptPlan(stores, request, { dedupe, delivery, now: this.#tick() });
      },
      progress: () => 'testing, 3 of 10',
      answer: async (pull, answer) => {
        this.#answers.push({ pull, answer });
      },
    };
  }

  /** Merges are accepted, frozen and withdrawn, but never looked at: their jobs are not run. */
  #merges(): Merges {
    const intents = new IntentStore(this.#db);
    const freezes = new FreezeStore(this.#db);
    const now = () => this.#tick();
    const deps = { db: this.#db, intents, enqueue: () => {}, now, newId: v7 };
    return {
      request: (request, delivery) => requestMerge(deps, request, delivery),
      withdraw({ repositoryId, number }, reason) {
        const [active] = intents.active({ repositoryId, pull: number });
        if (active) withdrawMerge(deps, active, reason);
        return active ? intents.get(active.id) : null;
      },
      withdrawAll: (isMeant, reason) => withdrawMerges(deps, isMeant, reason),
      latest: ({ repositoryId, number }) => intents.latest(repositoryId, number),
      preview: async ({ headSha }) => `a preview of ${headSha}`,
      freeze: ({ pull, ...freeze }) =>
        freezes.freeze({ ...pull, ...freeze, paths: null, source: 'command', expiresAt: null }, now()),
      unfreeze: ({ repositoryId }, baseRef, by) => freezes.unfreeze(repositoryId, baseRef, by, now()),
      standing: ({ repositoryId }, baseRef) => freezes.standing(repositoryId, baseRef, now()),
    };
  }

  #tick(): number {
    this.#now += 1;
    return this.#now;
  }
}
