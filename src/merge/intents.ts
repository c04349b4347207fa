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
export interface Look extends Pick<Intent, 'priority' | 'inLine' | 'expiresAt' | 'asked'> {
  readonly decision: Decision;
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

const UNANSWERED = `state = 'merging' AND merged_sha IS NULL`;

const BASE_IS_FREE = `NOT EXISTS (
  SELECT 1 FROM merges AS other WHERE other.repository_id = merges.repository_id
    AND other.base_ref = merges.base_ref AND other.state = 'merging')`;

const CANCELLED = `state = 'cancelled', merged_sha = :sha, reason = :reason, in_line = 0, finished_at = :now`;

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
      this.#db.prepare(CREATE).run({ id, ...request, ...times, request: JSON.stringify(request) });
      const { repositoryId, pull } = request;
      const [active] = this.active({ repositoryId, pull });
      if (!active) throw new Error(`The intent ${id} was not stored.`);
      return active;
    })();
  }

  get(id: string): Intent | null {
    return this.#all('SELECT * FROM merges WHERE id = ?', id)[0] ?? null;
  }

  /** Intents that wait or merge, oldest first. */
  active(selector: ActiveSelector = {}): Intent[] {
    return this.#all(SELECT_ACTIVE, {
      repositoryId: null,
      pull: null,
      headSha: null,
      baseRef: null,
      ...selector,
    });
  }

  /** Intents that are in line for a base, next first. */
  line(repositoryId: number, baseRef: string): Intent[] {
    return this.#all(LINE, repositoryId, baseRef);
  }

  /**
   * Intents for the timer to look at: those that wait, `limit` for each installation, longest not looked at first, and
   * all that GitHub was asked to merge or whose end is not shown.
   */
  forTimer(limit: number): Intent[] {
    return this.#all(FOR_TIMER, limit);
  }

  /** The newest intent of a pull request, active or not. */
  latest(repositoryId: number, pull: number): Intent | null {
    const sql = `SELECT * FROM merges WHERE repository_id = ? AND pull = ? ORDER BY created_at DESC, id DESC LIMIT 1`;
    return this.#all(sql, repositoryId, pull)[0] ?? null;
  }

  /** Intents of a pull request that people were told at `since` or later to have merged nothing, which may be wrong. */
  mayHaveLanded(repositoryId: number, pull: number, since: number): Intent[] {
    return this.#all(TOLD_TOO_EARLY, repositoryId, pull, since);
  }

  /** Newest first; `repository` (`owner/name`) null: of all. */
  receipts(repository: string | null, limit: number): Receipt[] {
    return this.#all(RECEIPTS, { repository, limit }).flatMap(({ receipt }) => receipt ?? []);
  }

  /** Counts a look at the intent, and gives it; null where its end is shown and nothing can change it any more. */
  begin(id: string, now: number): Intent | null {
    return this.#all(BEGIN, { id, now })[0] ?? null;
  }

  looked(id: string, { decision, inLine, ...same }: Look): boolean {
    const values = { ...same, decision: JSON.stringify(decision), inLine: Number(inLine) };
    const look =
      'decision = :decision, priority = :priority, in_line = :inLine, expires_at = :expiresAt, asked = :asked';
    return this.#step(id, look, `state = 'waiting'`, values);
  }

  /** One more plan is asked for because of it. */
  planned(id: string): boolean {
    return this.#step(id, 'plans = plans + 1', `state = 'waiting'`);
  }

  /** GitHub is about to be asked. False too where another intent merges into the base. */
  call(id: string, expected: ExpectedLanding, now: number): boolean {
    const called = `state = 'merging', expected = :expected, calls = calls + 1, refusal = NULL, merging_at = :now`;
    const values = { expected: JSON.stringify(expected), now };
    return this.#step(id, called, `state = 'waiting' AND ${BASE_IS_FREE}`, values);
  }

  /** The call has certainly not merged; `refusal`: GitHub's words, where it refused for good. */
  release(id: string, refusal: string | null): boolean {
    return this.#step(id, `state = 'waiting', refusal = :refusal`, UNANSWERED, { refusal });
  }

  /** GitHub has not answered the call, and works on it no longer than it does on one that it is asked now. */
  unanswered(id: string, now: number): void {
    this.#step(id, 'merging_at = :now', UNANSWERED, { now });
  }

  /** Its call has landed as `sha`; what landed is verified next, and until then the base is its own. */
  landed(id: string, sha: string): boolean {
    return this.#step(id, 'merged_sha = :sha', UNANSWERED, { sha });
  }

  /**
   * Ends it as verified, whatever it was taken for before: even a call that was given up may have landed. Whoever was
   * told otherwise is told anew.
   */
  merged(id: string, receipt: Receipt, now: number): boolean {
    const verified = `state = 'merged', merged_sha = :sha, receipt = :receipt, decision = NULL, reason = NULL,
      in_line = 0, finished_at = :now, reported_at = NULL`;
    const isIts = `state <> 'merged' AND expected IS NOT NULL AND coalesce(merged_sha, :sha) = :sha`;
    return this.#step(id, verified, isIts, {
      sha: receipt.commit.sha,
      receipt: JSON.stringify(receipt),
      now,
    });
  }

  /** What became of the branch is known later than the merge. */
  noteReceipt(id: string, receipt: Receipt): void {
    this.#step(id, 'receipt = :receipt', `state = 'merged'`, { receipt: JSON.stringify(receipt) });
  }

  /** Ends it without a merge of its own, unless it is known to have landed. `reason`: for a person. */
  cancel(id: string, reason: string, now: number): boolean {
    return this.elsewhere(id, null, reason, now);
  }

  /** As `cancel`, unless GitHub was asked to merge. */
  withdraw(id: string, reason: string, now: number): boolean {
    return this.#step(id, CANCELLED, `state = 'waiting'`, { sha: null, reason, now });
  }

  /** Ends it because somebody else has merged its pull request, as `sha` where that is known. */
  elsewhere(id: string, sha: string | null, reason: string, now: number): boolean {
    return this.#step(id, CANCELLED, `${ACTIVE} AND merged_sha IS NULL`, { sha, reason, now });
  }

  setCheckRun(id: string, checkRunId: number): void {
    this.#step(id, 'check_run_id = :checkRunId', 'true', { checkRunId });
  }

  reported(id: string, now: number): void {
    this.#step(id, 'reported_at = :now', 'true', { now });
  }

  #all(sql: string, ...values: unknown[]): Intent[] {
    return this.#db
      .prepare(sql)
      .all(...values)
      .map(toIntent);
  }

  /** False where it was not so any more that `given`: then nothing has changed. */
  #step(id: string, change: string, given: string, values: Readonly<Record<string, unknown>> = {}): boolean {
    const sql = `UPDATE merges SET ${change} WHERE id = :id AND ${given}`;
    return this.#db.prepare(sql).run({ ...values, id }).changes > 0;
  }
}
