import { z } from 'zod';
import type { Db } from '../store/database.ts';
import type { Job } from './job.ts';
import { COLUMNS, toJob } from './row.ts';

/** A job that was given up. `reason` is for a person. */
export interface DeadLetter {
  readonly job: Job;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly diedAt: number;
}

const TAKE = `
  UPDATE jobs SET due_at = :until WHERE id = (
    SELECT id FROM jobs WHERE state = 'dead' AND reported = 0 AND due_at <= :now ORDER BY due_at LIMIT 1)
  RETURNING ${COLUMNS}, error, finished_at`;

const LATEST = `SELECT ${COLUMNS}, error, finished_at FROM jobs WHERE state = 'dead' ORDER BY finished_at DESC LIMIT ?`;

/** As if it had just been enqueued, but in its old place in its lane. */
const REVIVE = `
  UPDATE jobs SET state = 'queued', attempt = 0, due_at = :now, error = NULL, reported = 0, finished_at = NULL
  WHERE id = :id AND state = 'dead'`;

const row = z.object({ error: z.string(), finished_at: z.number() });

/**
 * The jobs that were given up: those whose visible end is yet to be reached, for the worker, and all of them, for
 * the operator. Times in milliseconds since the epoch.
 */
export class DeadLetters {
  readonly #take;
  readonly #defer;
  readonly #report;
  readonly #latest;
  readonly #revive;

  constructor(db: Db) {
    this.#take = db.prepare(TAKE);
    this.#defer = db.prepare(`UPDATE jobs SET due_at = :dueAt WHERE id = :id AND state = 'dead'`);
    this.#report = db.prepare(`UPDATE jobs SET reported = 1 WHERE id = :id AND state = 'dead'`);
    this.#latest = db.prepare(LATEST);
    this.#revive = db.prepare(REVIVE);
  }

  /** The next that is due; it is due again at `until`, should nothing be heard of it. */
  take(now: number, until: number): DeadLetter | null {
    const found = this.#take.get({ now, until });
    return found === undefined ? null : toLetter(found);
  }

  defer(id: string, dueAt: number): void {
    this.#defer.run({ id, dueAt });
  }

  markReported(id: string): void {
    this.#report.run({ id });
  }

  /** The last that were given up, newest first, whether their visible end was reached or not. */
  latest(limit: number): DeadLetter[] {
    return this.#latest.all(limit).map(toLetter);
  }

  /** Returns a dead job to the queue, with all its tries. False where no dead job has this id. */
  revive(id: string, now: number): boolean {
    return this.#revive.run({ id, now }).changes > 0;
  }
}

function toLetter(found: unknown): DeadLetter {
  const { error, finished_at } = row.parse(found);
  return { job: toJob(found), reason: error, diedAt: finished_at };
}
