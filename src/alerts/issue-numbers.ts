/** The table `alert_issues`: the one issue of each strategy and kind of alert. */
import { z } from 'zod';
import type { Db } from '../store/database.ts';

/** What an issue is about. */
export interface IssueTopic {
  readonly repositoryId: number;
  readonly strategy: string;
  readonly kind: string;
}

export class IssueNumbers {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  get({ repositoryId, strategy, kind }: IssueTopic): number | null {
    const sql = 'SELECT number FROM alert_issues WHERE repository_id = ? AND strategy = ? AND kind = ?';
    const found = this.#db.prepare(sql).pluck().get(repositoryId, strategy, kind);
    return z
      .int()
      .nullable()
      .parse(found ?? null);
  }

  set({ repositoryId, strategy, kind }: IssueTopic, number: number): void {
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO alert_issues (repository_id, strategy, kind, number) VALUES (?, ?, ?, ?)',
      )
      .run(repositoryId, strategy, kind, number);
  }
}
