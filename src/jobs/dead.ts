import { z } from 'zod';
import type { Db } from '../store/database.ts';
import type { Job } from './job.ts';
import { COLUMNS, toJob } from './row.ts';

/** A job that was given up and whose visible end was not reached yet. `reason` is for a person. */
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

const row = z.object({ error: z.string(), finished_at: z.number() });

/** The dead jobs that somebody has yet to be told about. Times in milliseconds since the epoch. */
export class DeadLetters {
  readonly #take;
  readonly #defer;
  readonly #report;

  constructor(db: Db) {
    this.#take = db.prepare(TAKE);
    this.#defer = db.prepare(`UPDATE jobs SET due_at = :dueAt WHERE id = :id AND state = 'dead'`);
    this.#report = db.prepare(`UPDATE jobs SET reported = 1 WHERE id = :id AND state = 'dead'`);
  }

  /** The next that is due; it is due again at `until`, should nothing be heard of it. */
  take(now: number, until: number): DeadLetter | null {
    const found = this.#take.get({ now, until });
    if (found === undefined) return null;
    const { error, finished_at } = row.parse(found);
    return { job: toJob(found), reason: error, diedAt: finished_at };
  }

  defer(id: string, dueAt: number): void {
    this.#defer.run({ id, dueAt });
  }

  markReported(id: string): void {
    this.#report.run({ id });
  }
}
