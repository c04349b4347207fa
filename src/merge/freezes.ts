/** The table `freezes`: merges that Codex does not make. A freeze stands until it is lifted or expires. */
import { z } from 'zod';
import type { Db } from '../store/database.ts';
import type { Freeze } from './snapshot.ts';

/** Times are milliseconds since the epoch. */
export interface NewFreeze extends Freeze {
  readonly repositoryId: number;
  /** `owner/name`. */
  readonly repository: string;
}

const ADD = `
  INSERT INTO freezes (repository_id, repository, base_ref, paths, source, reason, frozen_by, created_at, expires_at)
  VALUES (:repositoryId, :repository, :baseRef, :paths, :source, :reason, :by, :now, :expiresAt)`;

const STANDING = `lifted_at IS NULL AND repository_id = :repositoryId AND (expires_at IS NULL OR expires_at > :now)`;

const LIFT = `
  UPDATE freezes SET lifted_at = :now, lifted_by = :by
  WHERE ${STANDING} AND base_ref IS :baseRef`;

const LIFT_STRATEGY = `
  UPDATE freezes SET lifted_at = :now, lifted_by = :by
  WHERE ${STANDING} AND source = 'alert' AND frozen_by = :strategy RETURNING *`;

const row = z
  .object({
    base_ref: z.string().nullable(),
    paths: z.string().nullable(),
    source: z.enum(['command', 'mismatch', 'alert']),
    reason: z.string(),
    frozen_by: z.string(),
    expires_at: z.int().nullable(),
  })
  .transform(
    ({ base_ref, paths, frozen_by, expires_at, ...same }): Freeze => ({
      ...same,
      baseRef: base_ref,
      paths: paths === null ? null : z.array(z.string()).parse(JSON.parse(paths)),
      by: frozen_by,
      expiresAt: expires_at,
    }),
  );

export class FreezeStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * One freeze of each source stands for a base or a repository, and for the same paths: a new one replaces it. Of
   * alerts each strategy has its own, as its position is its own.
   */
  freeze(freeze: NewFreeze, now: number): void {
    const { repositoryId, baseRef, source } = freeze;
    const paths = freeze.paths === null ? null : JSON.stringify(freeze.paths);
    this.#db.transaction(() => {
      this.#db
        .prepare(
          `${LIFT} AND source = :source AND paths IS :paths AND (source <> 'alert' OR frozen_by = :by)`,
        )
        .run({ repositoryId, baseRef, source, paths, now, by: freeze.by });
      this.#db.prepare(ADD).run({ ...freeze, paths, now });
    })();
  }

  /** Lifts the freezes of this base, or with null those of the whole repository, and gives them. */
  unfreeze(repositoryId: number, baseRef: string | null, by: string, now: number): Freeze[] {
    const rows = this.#db.prepare(`${LIFT} RETURNING *`).all({ repositoryId, baseRef, by, now });
    return z.array(row).parse(rows);
  }

  /** Lifts what the alerts of a strategy froze, and gives it. */
  unfreezeStrategy(repositoryId: number, strategy: string, now: number): Freeze[] {
    const by = strategy;
    return z.array(row).parse(this.#db.prepare(LIFT_STRATEGY).all({ repositoryId, strategy, by, now }));
  }

  /** The freezes of this base and of the whole repository, oldest first. */
  standing(repositoryId: number, baseRef: string, now: number): Freeze[] {
    const sql = `SELECT * FROM freezes WHERE ${STANDING} AND (base_ref IS NULL OR base_ref = :baseRef) ORDER BY id`;
    return z.array(row).parse(this.#db.prepare(sql).all({ repositoryId, baseRef, now }));
  }
}
