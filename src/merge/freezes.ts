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

/** What is frozen in a repository. */
export interface FreezeState {
  readonly repositoryId: number;
  /** `owner/name`, as the newest freeze has it. */
  readonly repository: string;
  /** Differs with each freeze that comes, is lifted or expires; no earlier value comes again. */
  readonly state: string;
}

const ADD = `
  INSERT INTO freezes (repository_id, repository, base_ref, paths, source, reason, frozen_by, created_at, expires_at)
  VALUES (:repositoryId, :repository, :baseRef, :paths, :source, :reason, :by, :now, :expiresAt)`;

const STANDING = `lifted_at IS NULL AND repository_id = :repositoryId AND (expires_at IS NULL OR expires_at > :now)`;

const LIFT = `
  UPDATE freezes SET lifted_at = :now, lifted_by = :by
  WHERE ${STANDING} AND base_ref IS :baseRef`;

const REPLACE = `${LIFT} AND source = :source AND source <> 'alert' AND paths IS :paths`;

const LIFT_STRATEGY = `
  UPDATE freezes SET lifted_at = :now, lifted_by = :by
  WHERE ${STANDING} AND source = 'alert' AND frozen_by = :strategy RETURNING *`;

/** Ids only grow, and of the freezes up to the last one ever fewer stand. */
const STATES = `
  SELECT repository_id AS repositoryId,
    (SELECT repository FROM freezes AS its WHERE its.repository_id = freezes.repository_id
      ORDER BY id DESC LIMIT 1) AS repository,
    max(id) || ':' || sum(lifted_at IS NULL AND (expires_at IS NULL OR expires_at > :now)) AS state
  FROM freezes GROUP BY repository_id
  HAVING max(min(coalesce(lifted_at, :now), coalesce(expires_at, :now))) > :since`;

const PROLONG = `
  UPDATE freezes SET reason = :reason, expires_at = :expiresAt
  WHERE ${STANDING} AND base_ref IS :baseRef AND paths IS :paths AND source = 'alert' AND frozen_by = :by`;

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
  readonly #onChange: () => void;

  /** `onChange`: what is frozen has changed; called within the transaction. */
  constructor(db: Db, onChange: () => void = () => undefined) {
    this.#db = db;
    this.#onChange = onChange;
  }

  /**
   * One freeze of each source stands for a base or a repository, and for the same paths: a new one replaces it. Of
   * alerts each strategy has its own, as its position is its own; one that comes again prolongs it.
   */
  freeze(freeze: NewFreeze, now: number): void {
    const paths = freeze.paths === null ? null : JSON.stringify(freeze.paths);
    const values = { ...freeze, paths, now };
    this.#db.transaction(() => {
      if (freeze.source === 'alert' && this.#db.prepare(PROLONG).run(values).changes > 0) return;
      this.#db.prepare(REPLACE).run(values);
      this.#db.prepare(ADD).run(values);
      this.#onChange();
    })();
  }

  /** Lifts the freezes of this base, or with null those of the whole repository, and gives them. */
  unfreeze(repositoryId: number, baseRef: string | null, by: string, now: number): Freeze[] {
    return this.#lift(`${LIFT} RETURNING *`, { repositoryId, baseRef, by, now });
  }

  /** Lifts what the alerts of a strategy froze, and gives it. */
  unfreezeStrategy(repositoryId: number, strategy: string, now: number): Freeze[] {
    return this.#lift(LIFT_STRATEGY, { repositoryId, strategy, by: strategy, now });
  }

  /** Of repositories that have a freeze, or had one after `since`. */
  states(now: number, since: number): FreezeState[] {
    return this.#db.prepare<object, FreezeState>(STATES).all({ now, since });
  }

  #lift(sql: string, values: object): Freeze[] {
    return this.#db.transaction(() => {
      const lifted = z.array(row).parse(this.#db.prepare(sql).all(values));
      if (lifted.length > 0) this.#onChange();
      return lifted;
    })();
  }

  /** The freezes of this base and of the whole repository, oldest first. */
  standing(repositoryId: number, baseRef: string, now: number): Freeze[] {
    const sql = `SELECT * FROM freezes WHERE ${STANDING} AND (base_ref IS NULL OR base_ref = :baseRef) ORDER BY id`;
    return z.array(row).parse(this.#db.prepare(sql).all({ repositoryId, baseRef, now }));
  }
}
