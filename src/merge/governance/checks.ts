import type { Db } from '../../store/database.ts';

/** Whose check run it is: each head of a pull request has one. */
export interface GovernedHead {
  readonly repositoryId: number;
  readonly pull: number;
  readonly headSha: string;
}

export interface ShownCheck {
  readonly checkRunId: number;
  /** Of what it shows; empty: nothing yet. */
  readonly digest: string;
}

const SELECT = `
  SELECT check_run_id AS checkRunId, digest FROM governance_checks
  WHERE repository_id = :repositoryId AND pull = :pull AND head_sha = :headSha`;

const UPSERT = `
  INSERT INTO governance_checks (repository_id, pull, head_sha, check_run_id, digest)
  VALUES (:repositoryId, :pull, :headSha, :checkRunId, :digest)
  ON CONFLICT DO UPDATE SET check_run_id = :checkRunId, digest = :digest`;

/** The table `governance_checks`: which check run a head has, and what it shows. */
export class GovernanceChecks {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  get(head: GovernedHead): ShownCheck | null {
    const { repositoryId, pull, headSha } = head;
    return this.#db.prepare<object, ShownCheck>(SELECT).get({ repositoryId, pull, headSha }) ?? null;
  }

  set({ repositoryId, pull, headSha }: GovernedHead, { checkRunId, digest }: ShownCheck): void {
    this.#db.prepare(UPSERT).run({ repositoryId, pull, headSha, checkRunId, digest });
  }
}
