/** The deliveries that were committed and what became of them; `InboxWriter` is who adds to them. */
import type { Statement } from 'better-sqlite3';
import type { Db } from '../store/database.ts';
import { inflateBody } from './body.ts';
import type { ProviderName } from './provider.ts';

export interface Delivery {
  readonly provider: ProviderName;
  readonly delivery: string;
  readonly event: string;
  /** As it came, or what its provider keeps of it. */
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** A delivery that waits to be dispatched. */
export interface InboxRow extends Delivery {
  readonly id: number;
  /** How many times its dispatch has failed. */
  readonly attempt: number;
}

/** A delivery that was given up. */
export interface DeadDelivery {
  readonly provider: ProviderName;
  readonly delivery: string;
  readonly event: string;
  /** Why its last dispatch failed. */
  readonly error: string;
  /** Milliseconds since the epoch. */
  readonly diedAt: number;
}

/** `duplicate`: this delivery of this provider was stored before. */
export type Stored = 'stored' | 'duplicate';

export class InboxStore {
  readonly #due: Statement<[number, number], InboxRow>;
  readonly #nextDue: Statement<[], number | null>;
  readonly #done: Statement<[number, number]>;
  readonly #retry: Statement<[number, string, number]>;
  readonly #bury: Statement<[number, string, number]>;
  readonly #pending: Statement<[], number>;
  readonly #dead: Statement<[], number>;
  readonly #has: Statement<[string, string]>;
  readonly #oldest: Statement<[], number | null>;
  readonly #forget: Statement<{ before: number; limit: number }>;
  readonly #latestDead: Statement<[number], DeadDelivery>;
  readonly #revive: Statement<[number, string]>;

  constructor(db: Db) {
    this.#due = db.prepare(
      `SELECT id, provider, delivery, event, body, attempt, received_at AS receivedAt FROM inbox
       WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, id LIMIT ?`,
    );
    this.#nextDue = db
      .prepare<[], number | null>(`SELECT min(due_at) FROM inbox WHERE state = 'pending'`)
      .pluck();
    this.#done = db.prepare(`UPDATE inbox SET state = 'done', finished_at = ? WHERE id = ?`);
    this.#retry = db.prepare(`UPDATE inbox SET attempt = attempt + 1, due_at = ?, error = ? WHERE id = ?`);
    this.#bury = db.prepare(
      `UPDATE inbox SET state = 'dead', attempt = attempt + 1, finished_at = ?, error = ? WHERE id = ?`,
    );
    this.#pending = db.prepare<[], number>(`SELECT count(*) FROM inbox WHERE state = 'pending'`).pluck();
    this.#dead = db.prepare<[], number>(`SELECT count(*) FROM inbox WHERE state = 'dead'`).pluck();
    this.#has = db.prepare(`SELECT 1 FROM inbox WHERE provider = ? AND delivery = ?`);
    this.#oldest = db.prepare<[], number | null>(`SELECT received_at FROM inbox ORDER BY id LIMIT 1`).pluck();
    // Rows are in the order in which they came: what is younger is not looked at.
    this.#forget = db.prepare(
      `DELETE FROM inbox WHERE id IN (
         SELECT id FROM inbox
         WHERE id < coalesce((SELECT id FROM inbox WHERE received_at >= :before ORDER BY id LIMIT 1), 1e18)
           AND state IN ('done', 'dead') AND finished_at < :before
         ORDER BY id LIMIT :limit)`,
    );
    this.#latestDead = db.prepare(
      `SELECT provider, delivery, event, error, finished_at AS diedAt FROM inbox
       WHERE state = 'dead' ORDER BY finished_at DESC LIMIT ?`,
    );
    this.#revive = db.prepare(
      `UPDATE inbox SET state = 'pending', attempt = 0, due_at = ?, finished_at = NULL
       WHERE state = 'dead' AND delivery = ?`,
    );
  }

  /** At most `limit` deliveries whose time has come, oldest first. */
  due(now: number, limit: number): InboxRow[] {
    return this.#due.all(now, limit).map((row) => ({ ...row, body: inflateBody(row.body) }));
  }

  /** When the next delivery is due, or null when none waits. */
  nextDue(): number | null {
    return this.#nextDue.get() ?? null;
  }

  done(id: number, now: number): void {
    this.#done.run(now, id);
  }

  retry(id: number, dueAt: number, error: string): void {
    this.#retry.run(dueAt, error, id);
  }

  /** Sets a delivery aside that will not be tried again; an operator sees it with its reason. */
  bury(id: number, error: string, now: number): void {
    this.#bury.run(now, error, id);
  }

  /** The last that were given up, newest first. */
  latestDead(limit: number): DeadDelivery[] {
    return this.#latestDead.all(limit);
  }

  /** Has a dead delivery dispatched again. False where no dead delivery has this id. */
  revive(delivery: string, now: number): boolean {
    return this.#revive.run(now, delivery).changes > 0;
  }

  has(provider: ProviderName, delivery: string): boolean {
    return this.#has.get(provider, delivery) !== undefined;
  }

  /** When the oldest delivery that is kept came, or null. */
  oldest(): number | null {
    return this.#oldest.get() ?? null;
  }

  counts(): { pending: number; dead: number } {
    return { pending: this.#pending.get() ?? 0, dead: this.#dead.get() ?? 0 };
  }

  /** Deletes at most `limit` deliveries that were dispatched or given up before `before`; answers how many. */
  forget(before: number, limit: number): number {
    return this.#forget.run({ before, limit }).changes;
  }
}
