/**
 * From the inbox to the queue: a row is done in the transaction that stores its jobs, so that a crash at any
 * point repeats what only computes and loses nothing. Rows are received in order; one that fails is tried again
 * later, apart from the others.
 */
import { messageOf } from '../errors.ts';
import type { NewJob } from '../jobs/job.ts';
import { backoff } from '../jobs/transitions.ts';
import type { Log } from '../log.ts';
import type { Db } from '../store/database.ts';
import { Alarm } from './alarm.ts';
import type { Intake } from './intake.ts';
import type { ProviderName } from './provider.ts';
import type { InboxRow, InboxStore } from './store.ts';

/** Tries of one delivery; with full jitter, spread over some ten minutes. */
const MAX_ATTEMPTS = 8;
/** Rows of one transaction. */
const BATCH = 8;
/** Between two batches while webhooks arrive faster than they are committed: their senders come first. */
const YIELD_MS = 10;
/** Nothing waits; but another process (`codexctl retry`) may have made a delivery due. */
const IDLE_MS = 30_000;
/** After the database failed. */
const OUTAGE_MS = 1_000;

/** Turns a delivery into jobs, given through the intake. Pure but for that: it may run again. */
type Receive = (row: InboxRow) => Promise<void>;

export interface DispatcherOptions {
  readonly db: Db;
  readonly inbox: InboxStore;
  readonly intake: Intake;
  readonly receivers: Readonly<Partial<Record<ProviderName, Receive>>>;
  /** Stores jobs, within the caller's transaction. */
  readonly enqueue: (jobs: readonly NewJob[], now: number) => unknown;
  readonly writer: {
    readonly busy: boolean;
    /** Runs `act` while nothing else writes to the database. */
    exclusive(act: () => void): Promise<void>;
  };
  /** Called after jobs were stored. */
  readonly onJobs: () => void;
  /** A delivery that takes longer has failed. */
  readonly receiveTimeoutMs: number;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

type Outcome = { readonly row: InboxRow } & (
  | { readonly jobs: readonly NewJob[] }
  | { readonly error: unknown }
);

export class Dispatcher {
  readonly #use: DispatcherOptions;
  readonly #alarm = new Alarm();
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(options: DispatcherOptions) {
    this.#use = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Says that a delivery was stored. */
  wake(): void {
    this.#alarm.ring();
  }

  /** Resolves once the batch that is being dispatched has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm.ring();
    await this.#running;
  }

  /** Dispatches one batch of what is due and resolves to its size. Rejects when the database fails. */
  async dispatchDue(): Promise<number> {
    const rows = this.#use.inbox.due(this.#use.now(), BATCH);
    if (rows.length === 0) return 0;
    const outcomes: Outcome[] = [];
    for (const row of rows) outcomes.push(await this.#receive(row));
    let stored = false;
    await this.#use.writer.exclusive(() => {
      stored = this.#use.db.transaction(() =>
        outcomes.map((outcome) => this.#settle(outcome)).includes(true),
      )();
    });
    if (stored) this.#use.onJobs();
    return rows.length;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) await this.#alarm.wait(await this.#turn());
  }

  /** Dispatches one batch and answers how many milliseconds may pass until the next. */
  async #turn(): Promise<number> {
    try {
      if ((await this.dispatchDue()) > 0) return this.#use.writer.busy ? YIELD_MS : 0;
      const due = this.#use.inbox.nextDue();
      return due === null ? IDLE_MS : Math.min(IDLE_MS, Math.max(0, due - this.#use.now()));
    } catch (error) {
      this.#use.log.error({ err: error }, 'inbox: the database failed');
      return OUTAGE_MS;
    }
  }

  async #receive(row: InboxRow): Promise<Outcome> {
    const receive = this.#use.receivers[row.provider];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const { receiveTimeoutMs } = this.#use;
      const error = new Error(`not dispatched within ${receiveTimeoutMs} ms`);
      timer = setTimeout(() => reject(error), receiveTimeoutMs);
    });
    try {
      if (!receive) throw new Error(`Nothing receives webhooks of ${row.provider}.`);
      const jobs = this.#use.intake.collect(row.delivery, () => receive(row));
      return { row, jobs: await Promise.race([jobs, late]) };
    } catch (error) {
      return { row, error };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Within the transaction: stores the jobs of one row, in a savepoint of its own; answers whether it had any. */
  #settle(outcome: Outcome): boolean {
    const { db, inbox, enqueue, now } = this.#use;
    if ('error' in outcome) {
      this.#fail(outcome.row, outcome.error);
      return false;
    }
    try {
      db.transaction(() => {
        enqueue(outcome.jobs, now());
        inbox.done(outcome.row.id, now());
      })();
      return outcome.jobs.length > 0;
    } catch (error) {
      this.#fail(outcome.row, error);
      return false;
    }
  }

  #fail(row: InboxRow, error: unknown): void {
    const { inbox, log, now, random } = this.#use;
    const attempt = row.attempt + 1;
    const context = { delivery: row.delivery, event: row.event, attempt, err: error };
    if (attempt < MAX_ATTEMPTS) {
      inbox.retry(row.id, now() + backoff(attempt, random()), messageOf(error));
      log.warn(context, 'delivery not dispatched; it will be tried again');
    } else {
      inbox.bury(row.id, messageOf(error), now());
      log.error(context, 'delivery given up');
    }
  }
}
