/** The one issue of each strategy and kind of alert: by its number in the table `alert_issues`, else by its marker. */
import { z } from 'zod';
import { upsertComment } from '../github/comment.ts';
import type { NewIssue } from '../github/issue.ts';
import { closeIssue, keepIssueOpen } from '../github/issue-upkeep.ts';
import type { Db } from '../store/database.ts';
import type { AlertedRepository } from './actions/definition.ts';
import { type About, markerOf } from './report.ts';

type Where = Pick<AlertedRepository, 'octokit' | 'name' | 'id'>;

export class AlertIssues {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Opens the issue or brings it up to date; answers what was done, as a sentence. */
  async keepOpen(where: Where, about: About, says: Omit<NewIssue, 'marker'>): Promise<string> {
    const { octokit, name, id } = where;
    const known = { marker: markerOf('issue', about), knownNumber: this.#numberOf(id, about) };
    const { number, did } = await keepIssueOpen(octokit, name, { ...says, ...known });
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO alert_issues (repository_id, strategy, kind, number) VALUES (?, ?, ?, ?)',
      )
      .run(id, about.strategy, about.alert, number);
    return `Issue ${number} was ${did}.`;
  }

  /** Closes the issue after its last words, a comment with a marker of its own; null where none is open. */
  async close(
    { octokit, name, id }: Where,
    about: About,
    last: { readonly marker: string; readonly body: string },
  ): Promise<string | null> {
    const number = await closeIssue(octokit, name, {
      ...{ marker: markerOf('issue', about), knownNumber: this.#numberOf(id, about) },
      before: (open) => upsertComment(octokit, name, open, { ...last, knownId: null }),
    });
    return number === null ? null : `Issue ${number} was closed.`;
  }

  #numberOf(repositoryId: number, { strategy, alert }: About): number | null {
    const sql = 'SELECT number FROM alert_issues WHERE repository_id = ? AND strategy = ? AND kind = ?';
    return (
      z
        .int()
        .optional()
        .parse(this.#db.prepare(sql).pluck().get(repositoryId, strategy, alert)) ?? null
    );
  }
}
