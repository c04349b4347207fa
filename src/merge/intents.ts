/**
 * The table `merges`. Every step of an intent is one guarded statement: a step that was taken already, or that another
 * process or person has made impossible, changes nothing and answers false.
 */
import type { Db } from '../store/database.ts';
import type { Decision } from './decision.ts';
import { type ExpectedLanding, type Intent, type MergeRequest, toIntent } from './intent.ts';
import type { Receipt } from './receipt.ts';

/** Which of the active intents; all fields that are given must agree. */
export interface ActiveSelector {
  readonly repositoryId?: number;
  readonly pull?: number;
  readonly headSha?: string;
  readonly baseRef?: string;
}

/** What a look at an intent came to. */
export interface Look {
  readonly decision: Decision;
  readonly priority: number;
  /** Nothing but the plan and its turn is missing. */
  readonly inLine: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** How often in a row GitHub did not know whether the pull request can be merged. */
  readonly asked: number;
}

const ACTIVE = `state IN ('waiting', 'merging')`;

const CREATE = `
  INSERT INTO merges (id, installation, repository_id, repository, pull, base_ref, request, created_at, expires_at)
  VALUES (:id, :installation, :repositoryId, :repository, :pull, :baseRef, :request, :now, :expiresAt)
  ON CONFLICT (repository_id, pull) WHERE ${ACTIVE} DO NOTHING`;

const SELECT_ACTIVE = `
  SELECT * FROM merges WHERE ${ACTIVE} AND (:repositoryId IS NULL OR repository_id = :repositoryId)
    AND (:pull IS NULL OR pull = :pull) AND (:headSha IS NULL OR request ->> 'headSha' = :headSha)
    AND (:baseRef IS NULL OR base_ref = :baseRef)
  ORDER BY created_at, id`;

const LINE = `
  SELECT * FROM merges WHERE ${ACTIVE} AND repository_id = ? AND base_ref = ? AND (in_line = 1 OR state = 'merging')
  ORDER BY state = 'merging' DESC, priority DESC, created_at, id`;

/** A call of it may have landed after people were told that nothing was merged. */
const MAY_HAVE_LANDED = `state = 'cancelled' AND calls > 0 AND merged_sha IS NULL`;

const BEGIN = `
  UPDATE merges SET evaluations = evaluations + 1, looked_at = :now
  WHERE id = :id AND (reported_at IS NULL OR ${MAY_HAVE_LANDED})
  RETURNING *`;

const TOLD_TOO_EARLY = `
  SELECT * FROM merges WHERE repository_id = ? AND pull = ? AND ${MAY_HAVE_LANDED} AND reported_at >= ?
  ORDER BY created_at, id`;

const FOR_TIMER = `
  SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY installation, state ORDER BY looked_at, id) AS place FROM merges
    WHERE reported_at IS NULL)
  WHERE state <> 'waiting' OR place <= ? ORDER BY created_at, id`;

const LOOKED = `
  UPDATE merges SET decision = :decision, priority = :priority, in_line = :inLine, expires_at = :expiresAt,
    asked = :asked
  WHERE id = :id AND state = 'waiting'`;

const CALL = `
  UPDATE merges SET state = 'merging', expected = :expected, calls = calls + 1, refusal = NULL, merging_at = :now
  WHERE id = :id AND state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM merges AS other WHERE other.repository_id = merges.repository_id
      AND other.base_ref = merges.base_ref AND other.state = 'merging')`;

const RELEASE = `
  UPDATE merges SET state = 'waiting', refusal = :refusal
  WHERE id = :id AND state = 'merging' AND merged_sha IS NULL`;

const LANDED = `
  UPDATE merges SET merged_sha = :sha WHERE id = :id AND state = 'merging' AND merged_sha IS NULL`;

const UNANSWERED = `
  UPDATE merges SET merging_at = :now WHERE id = :id AND state = 'merging' AND merged_sha IS NULL`;

/** Even a call that was taken for lost may have landed; whoever was told otherwise is told anew. */
const MERGED = `
  UPDATE merges SET state = 'merged', merged_sha = :sha, receipt = :receipt, decision = NULL, reason = NULL,
    in_line = 0, finished_at = :now, reported_at = NULL
  WHERE id = :id AND state <> 'merged' AND expected IS NOT NULL AND coalesce(merged_sha, :sha) = :sha`;

const CANCELLED = `
  UPDATE merges SET state = 'cancelled', merged_sha = :sha, reason = :reason, in_line = 0, finished_at = :now
  WHERE id = :id AND ${ACTIVE} AND merged_sha IS NULL`;

const RECEIPTS = `
  SELECT * FROM merges WHERE receipt IS NOT NULL AND (:repository IS NULL OR repository = :repository COLLATE NOCASE)
  ORDER BY finished_at DESC, id DESC LIMIT :limit`;

/** Times are milliseconds since the epoch. */
export class IntentStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Stores an intent under `id`; where its pull request has an active one, that one stays. Gives the active one. */
  create(id: string, request: MergeRequest, times: { now: number; expiresAt: number }): Intent {
    return this.#db.transaction(() => {
      this.#run(CREATE, { id, ...request, ...times, request: JSON.stringify(request) });
      const { repositoryId, pull } = request;
      const [active] = this.active({ repositoryId, pull });
      if (!active) throw new Error(`The intent ${id} was not stored.`);
      return active;
    })();
  }

  get(id: string): Intent | null {
    const found = this.#db.prepare('SELECT * FROM merges WHERE id = ?').get(id);
    return found === undefined ? null : toIntent(found);
  }

  /** Intents that wait or merge, oldest first. */
  active({ repositoryId, pull, headSha, baseRef }: ActiveSelector = {}): Intent[] {
    const values = {
      repositoryId: repositoryId ?? null,
      pull: pull ?? null,
      headSha: headSha ?? null,
      baseRef: baseRef ?? null,
    };
    return this.#db.prepare(SELECT_ACTIVE).all(values).map(toIntent);
  }

  /** Intents that are in line for a base, next first. */
  line(repositoryId: number, baseRef: string): Intent[] {
    return this.#db.prepare(LINE).all(repositoryId, baseRef).map(toIntent);
  }

  /**
   * Intents for the timer to look at: those that wait, `limit` for each installation, longest not looked at first, and
   * all that GitHub was asked to merge or whose end is not shown.
   */
  forTimer(limit: number): Intent[] {
    return this.#db.prepare(FOR_TIMER).all(limit).map(toIntent);
  }

  /** The newest intent of a pull request, active or not. */
  latest(repositoryId: number, pull: number): Intent | null {
    const sql = `SELECT * FROM merges WHERE repository_id = ? AND pull = ? ORDER BY created_at DESC, id DESC LIMIT 1`;
    const found = this.#db.prepare(sql).get(repositoryId, pull);
    return found === undefined ? null : toIntent(found);
  }

  /** Newest first; `repository` (`owner/name`) null: of all. */
  receipts(repository: string | null, limit: number): Receipt[] {
    const rows = this.#db.prepare(RECEIPTS).all({ repository, limit }).map(toIntent);
    return rows.flatMap(({ receipt }) => receipt ?? []);
  }

  /** Counts a look at the intent, and gives it; null where its end is shown and nothing can change it any more. */
  begin(id: string, now: number): Intent | null {
    const found = this.#db.prepare(BEGIN).get({ id, now });
    return found === undefined ? null : toIntent(found);
  }

  /** Intents of a pull request that people were told at `since` or later to have merged nothing, which may be wrong. */
  mayHaveLanded(repositoryId: number, pull: number, since: number): Intent[] {
    return this.#db.prepare(TOLD_TOO_EARLY).all(repositoryId, pull, since).map(toIntent);
  }

  looked(id: string, { decision, inLine, ...same }: Look): boolean {
    return this.#run(LOOKED, { id, ...same, decision: JSON.stringify(decision), inLine: Number(inLine) });
  }

  /** One more plan is asked for because of it. */
  planned(id: string): boolean {
    return this.#run(`UPDATE merges SET plans = plans + 1 WHERE id = :id AND state = 'waiting'`, { id });
  }

  /** GitHub is about to be asked. False too where another intent merges into the base. */
  call(id: string, expected: ExpectedLanding, now: number): boolean {
    return this.#run(CALL, { id, expected: JSON.stringify(expected), now });
  }

  /** The call has certainly not merged; `refusal`: GitHub's words, where it refused for good. */
  release(id: string, refusal: string | null): boolean {
    return this.#run(RELEASE, { id, refusal });
  }

  /** GitHub has not answered the call, and works on it no longer than it does on one that it is asked now. */
  unanswered(id: string, now: number): void {
    this.#run(UNANSWERED, { id, now });
  }

  /** Its call has landed as `sha`; what landed is verified next, and until then the base is its own. */
  landed(id: string, sha: string): boolean {
    return this.#run(LANDED, { id, sha });
  }

  /** Ends it as verified, whatever it was taken for before. */
  merged(id: string, receipt: Receipt, now: number): boolean {
    return this.#run(MERGED, { id, sha: receipt.commit.sha, receipt: JSON.stringify(receipt), now });
  }

  /** What became of the branch is known later than the merge. */
  noteReceipt(id: string, receipt: Receipt): void {
    const sql = `UPDATE merges SET receipt = :receipt WHERE id = :id AND state = 'merged'`;
    this.#run(sql, { id, receipt: JSON.stringify(receipt) });
  }

  /** Ends it without a merge of its own, unless it is known to have landed. `reason`: for a person. */
  cancel(id: string, reason: string, now: number): boolean {
    return this.elsewhere(id, null, reason, now);
  }

  /** Ends it because somebody else has merged its pull request, as `sha` where that is known. */
  elsewhere(id: string, sha: string | null, reason: string, now: number): boolean {
    return this.#run(CANCELLED, { id, sha, reason, now });
  }

  /** As `cancel`, unless GitHub was asked to merge. */
  withdraw(id: string, reason: string, now: number): boolean {
    return this.#run(`${CANCELLED} AND state = 'waiting'`, { id, sha: null, reason, now });
  }

  setCheckRun(id: string, checkRunId: number): void {
    this.#run('UPDATE merges SET check_run_id = :checkRunId WHERE id = :id', { id, checkRunId });
  }

  reported(id: string, now: number): void {
    this.#run('UPDATE merges SET reported_at = :now WHERE id = :id', { id, now });
  }

  #run(sql: string, values: Readonly<Record<string, unknown>>): boolean {
    return this.#db.prepare(sql).run(values).changes > 0;
  }
}
