import { v7 } from 'uuid';
import { z } from 'zod';
import type { Db } from '../store/database.ts';
import { type Claim, type MayClaim, prepareClaim } from './claim.ts';
import { DeadLetters } from './dead.ts';
import type { Job, NewJob, QueueName } from './job.ts';
import { prepareLine } from './line.ts';
import { COLUMNS, toJob } from './row.ts';

/** One job, or those of one kind for a pull request: `before` an id all older ones, `state` only those in it. */
export type Selector =
  | { readonly id: string }
  | {
      readonly repository: string;
      readonly pull: number;
      readonly kind: string;
      readonly before?: string;
      readonly state?: 'queued' | 'running';
    };

/** A running job and the owner of its lease. */
export interface Leased {
  readonly job: Job;
  readonly owner: string;
}

/** Above all that `NewJob` may ask for. */
const CANCELLED_PRIORITY = 1000;

const HELD = `id = :id AND state = 'running' AND lease_owner = :owner`;

/** What is left of a cancelled job are the few calls that show its end: it goes first, past its queue and lane. */
const REQUEUED = `state = 'queued', lease_owner = NULL, lease_until = NULL, due_at = :dueAt,
  queue = iif(cancel_reason IS NULL, queue, 'command'), lane = iif(cancel_reason IS NULL, lane, NULL),
  priority = iif(cancel_reason IS NULL, priority, ${CANCELLED_PRIORITY})`;

const ENQUEUE = `
  INSERT INTO jobs (id, dedupe, kind, queue, lane, installation, repository, pull, priority, payload, delivery,
    due_at, created_at)
  VALUES (:id, :dedupe, :kind, :queue, :lane, :installation, :repository, :pull, :priority, :payload, :delivery,
    :dueAt, :now)
  ON CONFLICT (dedupe) DO NOTHING RETURNING ${COLUMNS}`;

const ACTIVE = `state IN ('queued', 'running') AND cancel_reason IS NULL`;

const NEXT_DUE = `
  SELECT min(due_at) FROM (
    SELECT min(due_at) AS due_at FROM jobs WHERE state = 'queued' AND due_at > :after
    UNION ALL
    SELECT min(due_at) FROM jobs WHERE state = 'dead' AND reported = 0 AND due_at > :after)`;

/** By index, as a lane has thousands of jobs that are done. */
const COUNT_OF = `
  SELECT (SELECT count(*) FROM jobs WHERE lane = :lane AND created_at > :since)
    + (SELECT count(*) FROM jobs INDEXED BY jobs_lane
       WHERE lane = :lane AND state = 'queued' AND created_at <= :since)`;

const leaseRow = z.object({ lease_owner: z.string() });
const COUNTS = `
  SELECT (SELECT count(*) FROM jobs WHERE state = 'queued' AND queue = 'command') AS command,
    (SELECT count(*) FROM jobs WHERE state = 'queued' AND queue = 'plan') AS plan,
    (SELECT count(*) FROM jobs WHERE state = 'running') AS running,
    (SELECT count(*) FROM jobs WHERE state = 'dead' AND reported = 0) AS unreported`;
const countsRow = z
  .object({ command: z.number(), plan: z.number(), running: z.number(), unreported: z.number() })
  .transform(({ command, plan, ...rest }) => ({ queued: { command, plan }, ...rest }));
const dueRow = z.number().nullable();

/**
 * The queue in SQLite. Every method is one statement or one short transaction, may be called inside a caller's
 * transaction, and takes times in milliseconds since the epoch. An `owner` is one process from its start to its
 * end. Methods that end a try answer whether `owner` still held the job; if not, nothing was changed.
 */
export class JobStore {
  readonly #db: Db;
  readonly #newId: () => string;
  readonly #line: (queue: QueueName) => string[];
  readonly #statements = new Map<string, ReturnType<Db['prepare']>>();
  /** Starts the next due job of `queue` under a lease of `leaseMs` for `owner`, or null where none may start. */
  readonly claim: Claim;
  readonly dead: DeadLetters;

  /** `newId`: ids that sort by age. `mayClaim`: limits beside those of the queue. */
  constructor(db: Db, newId: () => string = v7, mayClaim: MayClaim = () => true) {
    this.#db = db;
    this.#newId = newId;
    this.#line = prepareLine(db);
    this.claim = prepareClaim(db, mayClaim);
    this.dead = new DeadLetters(db);
  }

  /** Stores jobs, due now or after their delay, and returns those that were new by their `dedupe` key. */
  enqueue(jobs: readonly NewJob[], now: number): Job[] {
    return this.#db.transaction(() =>
      jobs.flatMap(({ delayMs = 0, ...job }) => {
        const payload = JSON.stringify(job.payload ?? null);
        return this.#sql(ENQUEUE)
          .all({ ...job, payload, id: this.#newId(), now, dueAt: now + delayMs })
          .map(toJob);
      }),
    )();
  }

  /** What `read` makes of the newest waiting job of a lane that it does not answer null of. */
  findWaiting<Found>(lane: string, read: (job: Job) => Found | null): Found | null {
    const sql = `SELECT ${COLUMNS} FROM jobs WHERE lane = :lane AND state = 'queued' ORDER BY id DESC`;
    // One row at a time: mostly the first is the one, and storms ask often.
    for (const row of this.#sql(sql).iterate({ lane })) {
      const found = read(toJob(row));
      if (found !== null) return found;
    }
    return null;
  }

  /** How many jobs of a lane wait, or were stored after `since`. */
  countOf(lane: string, since: number): number {
    return z.number().parse(this.#sql(COUNT_OF).pluck().get({ lane, since }));
  }

  /** Takes a waiting job that was never started out of the queue, as if it had not been stored. */
  withdraw(id: string): boolean {
    return this.#run(`DELETE FROM jobs WHERE id = :id AND state = 'queued' AND attempt = 0`, { id });
  }

  /** Prolongs the lease until `until`. */
  heartbeat(id: string, owner: string, until: number): boolean {
    return this.#run(`UPDATE jobs SET lease_until = :until WHERE ${HELD}`, { id, owner, until });
  }

  finish(id: string, owner: string, now: number): boolean {
    const set = `state = 'done', finished_at = :now, lease_owner = NULL, lease_until = NULL`;
    return this.#run(`UPDATE jobs SET ${set} WHERE ${HELD}`, { id, owner, now });
  }

  /** Back to the queue, due at `dueAt`. `error`: what went wrong, for the operator. */
  retry(id: string, owner: string, dueAt: number, error: string): boolean {
    const sql = `UPDATE jobs SET ${REQUEUED}, error = :error WHERE ${HELD}`;
    return this.#run(sql, { id, owner, error, dueAt });
  }

  /** Back to the queue, due now, as if this try had not been. */
  handBack(id: string, owner: string, now: number): boolean {
    return this.#run(`UPDATE jobs SET ${REQUEUED}, attempt = attempt - 1 WHERE ${HELD}`, {
      id,
      owner,
      dueAt: now,
    });
  }

  /** Given up. `reason` is for a person; the job waits in `dead` until its visible end is reached. */
  bury(id: string, owner: string, reason: string, now: number): boolean {
    const set = `state = 'dead', error = :reason, due_at = :now, finished_at = :now,
      lease_owner = NULL, lease_until = NULL`;
    return this.#run(`UPDATE jobs SET ${set} WHERE ${HELD}`, { id, owner, reason, now });
  }

  /**
   * Sets the cancel reason of selected jobs that have none and did not end, and returns them. Queued ones go to
   * the front of the queue `command`, whatever their lane; the running ones are the worker's to abort.
   */
  cancel(selector: Selector, reason: string, now: number): Job[] {
    const { where, values } = selected(selector);
    return this.#db.transaction(() => {
      const mark = `UPDATE jobs SET cancel_reason = :reason WHERE ${where} AND ${ACTIVE} RETURNING ${COLUMNS}`;
      const jobs = this.#sql(mark)
        .all({ ...values, reason })
        .map(toJob);
      const requeue = `UPDATE jobs SET ${REQUEUED} WHERE id = :id AND state = 'queued'`;
      for (const { id } of jobs) this.#run(requeue, { id, dueAt: now });
      return jobs.flatMap(({ id }) => this.get(id) ?? []);
    })();
  }

  /**
   * Deletes at most `limit` jobs that ended before `before`, with their end shown; answers how many. Their keys are
   * free again.
   */
  forget(before: number, limit: number): number {
    const oldest = `
      SELECT id FROM jobs WHERE (state = 'done' OR state = 'dead' AND reported = 1) AND finished_at < :before
      ORDER BY id LIMIT :limit`;
    return this.#sql(`DELETE FROM jobs WHERE id IN (${oldest})`).run({ before, limit }).changes;
  }

  /** The place in line, 1 = next, as if every queued job were due and no lane busy; null when not queued. */
  position(id: string): number | null {
    const job = this.get(id);
    if (job?.state !== 'queued') return null;
    return this.#line(job.queue).indexOf(id) + 1;
  }

  /** Ids of the queued jobs, next first, as `position` counts them. */
  waiting(queue: QueueName): string[] {
    return this.#line(queue);
  }

  get(id: string): Job | null {
    const row = this.#sql(`SELECT ${COLUMNS} FROM jobs WHERE id = :id`).get({ id });
    return row === undefined ? null : toJob(row);
  }

  /** Running jobs whose lease ended, and of other owners than `owner` (null: whoever owns them) all. */
  orphans(owner: string | null, now: number): Leased[] {
    const sql = `SELECT ${COLUMNS}, lease_owner FROM jobs
      WHERE state = 'running' AND (lease_until <= :now OR lease_owner <> :owner) ORDER BY id`;
    const rows = this.#sql(sql).all({ owner, now });
    return rows.map((row) => ({ job: toJob(row), owner: leaseRow.parse(row).lease_owner }));
  }

  /** The earliest time after `after` at which a queued job, or a dead one's visible end, is due. */
  nextDue(after: number): number | null {
    return dueRow.parse(this.#sql(NEXT_DUE).pluck().get({ after }));
  }

  /** How many jobs wait, run, and were given up without their visible end being reached. */
  counts(): {
    readonly queued: Record<QueueName, number>;
    readonly running: number;
    readonly unreported: number;
  } {
    return countsRow.parse(this.#sql(COUNTS).get({}));
  }

  #sql(sql: string): ReturnType<Db['prepare']> {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #run(sql: string, values: Readonly<Record<string, unknown>>): boolean {
    return this.#sql(sql).run(values).changes > 0;
  }
}

function selected(selector: Selector): { where: string; values: Record<string, unknown> } {
  if ('id' in selector) return { where: 'id = :id', values: { id: selector.id } };
  const { repository, pull, kind, before = null, state = null } = selector;
  const where = `repository = :repository AND pull = :pull AND kind = :kind
    AND (:before IS NULL OR id < :before) AND (:state IS NULL OR state = :state)`;
  return { where, values: { repository, pull, kind, before, state } };
}
