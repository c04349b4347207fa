/** The table `runs`: one row a plan, written before anything of it is shown on GitHub. */
import type { Db } from '../store/database.ts';
import { type RunRecord, runRecord } from './record.ts';
import { type PlanArguments, type PlanRequest, planRequest } from './request-schema.ts';

export interface Run {
  /** The job's id, and the check run's external_id. */
  readonly id: string;
  readonly request: PlanRequest;
  readonly checkRunId: number | null;
  /** Null until the verdict stands. */
  readonly record: RunRecord | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** When check run and comment had been brought to the verdict. */
  readonly reportedAt: number | null;
}

interface Row {
  id: string;
  request: string;
  check_run_id: number | null;
  record: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  reported_at: number | null;
}

export class RunStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Stores a run; a run that is there already stays as it is. */
  create(id: string, request: PlanRequest, now: number): void {
    this.#db
      .prepare(
        `INSERT OR IGNORE INTO runs
           (id, installation, repository_id, repository, pull, head_sha, base_ref, request, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        request.installation,
        request.repositoryId,
        request.repository,
        request.pull,
        request.headSha,
        request.baseRef,
        JSON.stringify(request),
        now,
      );
  }

  get(id: string): Run | null {
    const row = this.#db.prepare<[string], Row>('SELECT * FROM runs WHERE id = ?').get(id);
    return row ? parseRow(row) : null;
  }

  /** The newest runs first, of one pull request or of all. */
  latest(of: { repositoryId: number; pull: number } | null, limit: number): Run[] {
    const rows = of
      ? this.#db
          .prepare<[number, number, number], Row>(
            'SELECT * FROM runs WHERE repository_id = ? AND pull = ? ORDER BY created_at DESC, id DESC LIMIT ?',
          )
          .all(of.repositoryId, of.pull, limit)
      : this.#db
          .prepare<[number], Row>('SELECT * FROM runs ORDER BY created_at DESC, id DESC LIMIT ?')
          .all(limit);
    return rows.map(parseRow);
  }

  /** Runs whose verdict (or end) has not been brought to GitHub. */
  unreported(): Run[] {
    return this.#db.prepare<[], Row>('SELECT * FROM runs WHERE reported_at IS NULL').all().map(parseRow);
  }

  /** How many tests an earlier plan with these arguments collected on this base; null: not known. */
  collectedOnBase(
    repositoryId: number,
    base: { sha: string; image: string; arguments: PlanArguments },
  ): number | null {
    const row = this.#db
      .prepare<[number, string, string, string], { collected: number }>(
        `SELECT record ->> 'base_collected' AS collected FROM runs
         WHERE repository_id = ? AND base_sha = ? AND record ->> 'image' = ?
           AND request -> 'arguments' = json(?) AND collected IS NOT NULL
         ORDER BY created_at DESC LIMIT 1`,
      )
      .get(repositoryId, base.sha, base.image, JSON.stringify(base.arguments));
    return row?.collected ?? null;
  }

  start(id: string, now: number): void {
    this.#db.prepare('UPDATE runs SET started_at = ? WHERE id = ?').run(now, id);
  }

  setCheckRun(id: string, checkRunId: number): void {
    this.#db.prepare('UPDATE runs SET check_run_id = ? WHERE id = ?').run(checkRunId, id);
  }

  /** Stores the verdict. The first one stands: a second one changes nothing. */
  finish(id: string, record: RunRecord, now: number): void {
    this.#db
      .prepare(
        'UPDATE runs SET record = ?, conclusion = ?, base_sha = ?, tree = ?, finished_at = ? WHERE id = ? AND record IS NULL',
      )
      .run(JSON.stringify(record), record.conclusion, record.base_sha, record.tree, now, id);
  }

  reported(id: string, now: number): void {
    this.#db.prepare('UPDATE runs SET reported_at = ? WHERE id = ?').run(now, id);
  }
}

function parseRow(row: Row): Run {
  return {
    id: row.id,
    request: planRequest.parse(JSON.parse(row.request)),
    checkRunId: row.check_run_id,
    record: row.record === null ? null : runRecord.parse(JSON.parse(row.record)),
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    reportedAt: row.reported_at,
  };
}
