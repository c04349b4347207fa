/** The table `alert_actions`: what each action of each rule came to. */
import { z } from 'zod';
import type { Db } from '../store/database.ts';
import type { Alert } from './alert.ts';

/**
 * `overtaken`: a newer alert had its turn before. `limited`: too much was done within an hour, or too many alerts came.
 * `refused`: Codex may not or cannot. `failed`: GitHub refused, or did not answer for a day. `unmatched`: no rule is
 * about the alert.
 */
const outcome = z.enum(['done', 'overtaken', 'limited', 'refused', 'failed', 'unmatched']);
type Outcome = z.infer<typeof outcome>;

/** What an entry is about: an alert, or a silence. */
export interface Cause {
  /** The alert's. */
  readonly id: string;
  /** As the alert names it. */
  readonly repository: string;
  readonly strategy: string;
  readonly kind: string;
  /** Milliseconds since the epoch: what orders the alerts of a strategy, whenever they came. */
  readonly firedAt: number;
}

/**
 * Which action of which rule, by their places from 1. Rule 0 is none: step 0 where an alert came to no action, step 1
 * for those that it stands for.
 */
export interface Place {
  readonly rule: number;
  readonly step: number;
}

export interface Entry extends Place {
  /** Null where it is not known. */
  readonly repositoryId: number | null;
  readonly action: string | null;
  readonly topic: string | null;
  readonly outcome: Outcome;
  /** One sentence. */
  readonly detail: string;
}

const record = z.object({
  alert: z.string(),
  repository: z.string(),
  strategy: z.string(),
  kind: z.string(),
  rule: z.int(),
  action: z.string().nullable(),
  outcome,
  detail: z.string(),
  at: z.int(),
});
/** An entry as it is listed. */
export type AuditRecord = z.infer<typeof record>;

const ADD = `
  INSERT INTO alert_actions (alert, repository_id, repository, strategy, kind, fired_at, rule, step, action, topic,
    outcome, detail, at)
  VALUES (:alert, :repositoryId, :repository, :strategy, :kind, :firedAt, :rule, :step, :action, :topic, :outcome,
    :detail, :now)
  ON CONFLICT (alert, rule, step) DO NOTHING`;

const NEWER = `
  SELECT 1 FROM alert_actions WHERE repository_id = :repositoryId AND strategy = :strategy AND topic = :topic
    AND fired_at > :firedAt AND outcome = 'done' LIMIT 1`;

const DONE_SINCE = `
  SELECT count(*) FROM alert_actions
  WHERE repository_id = ? AND action = ? AND at > ? AND outcome = 'done'`;

const LATEST = `
  SELECT alert, repository, strategy, kind, rule, action, outcome, detail, at FROM alert_actions
  WHERE (:repository IS NULL OR repository = :repository) AND (:alert IS NULL OR alert = :alert)
  ORDER BY id DESC LIMIT :limit`;

export function causeOf({ id, repository, strategy, alert, timenow, receivedAt }: Alert): Cause {
  const firedAt = timenow === null ? receivedAt : Date.parse(timenow);
  return { id, repository, strategy, kind: alert, firedAt };
}

/** Times are milliseconds since the epoch. */
export class AuditTrail {
  readonly #db: Db;
  readonly #onEntry: (cause: Cause, entry: Entry) => void;

  constructor(db: Db, onEntry: (cause: Cause, entry: Entry) => void = () => undefined) {
    this.#db = db;
    this.#onEntry = onEntry;
  }

  /** The first entry of an alert about a place stands. */
  add(cause: Cause, entry: Entry, now: number): void {
    const { id: alert, ...about } = cause;
    const { changes } = this.#db.prepare(ADD).run({ alert, ...about, ...entry, now });
    if (changes > 0) this.#onEntry(cause, entry);
  }

  has({ id }: Cause, { rule, step }: Place): boolean {
    const sql = 'SELECT 1 FROM alert_actions WHERE alert = ? AND rule = ? AND step = ?';
    return this.#db.prepare(sql).get(id, rule, step) !== undefined;
  }

  /** Whether an alert that fired later has changed the same already. */
  isOvertaken({ strategy, firedAt }: Cause, repositoryId: number, topic: string): boolean {
    const values = { repositoryId, strategy, topic, firedAt };
    return this.#db.prepare(NEWER).get(values) !== undefined;
  }

  /** How often an action was done in a repository after `since`. */
  countDone(repositoryId: number, action: string, since: number): number {
    return z.number().parse(this.#db.prepare(DONE_SINCE).pluck().get(repositoryId, action, since));
  }

  /** Newest first; of one repository (`owner/name`) or alert, or with null of all. */
  latest(
    of: { readonly repository: string | null; readonly alert: string | null },
    limit: number,
  ): AuditRecord[] {
    return z.array(record).parse(this.#db.prepare(LATEST).all({ ...of, limit }));
  }

  /** Deletes entries from before `before`. */
  forget(before: number): void {
    this.#db.prepare('DELETE FROM alert_actions WHERE at < ?').run(before);
  }
}
