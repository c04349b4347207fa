/** The table `usage`: sandbox seconds, a row a finished run, and which of them Stripe's meter has. */
import { z } from 'zod';
import type { Db } from '../../store/database.ts';

/** A run that Stripe is to be told of. Times are milliseconds since the epoch. */
const owed = z.object({
  run: z.string(),
  customer: z.string(),
  seconds: z.number(),
  finishedAt: z.number(),
  sentAt: z.number().nullable(),
});
export type Owed = z.infer<typeof owed>;

const month = z.object({
  account: z.number().nullable(),
  login: z.string().nullable(),
  runs: z.number(),
  installSeconds: z.number(),
  testSeconds: z.number(),
  unreported: z.number(),
});
export type AccountUsage = z.infer<typeof month>;

/** The outbox, oldest first: what is not settled, of accounts with a customer in Stripe; of several, one that pays. */
const OUTBOX = `
  SELECT run, customer, seconds, finished_at AS finishedAt, sent_at AS sentAt FROM (
    SELECT run, install_seconds + test_seconds AS seconds, finished_at, sent_at,
      (SELECT id FROM stripe_customers AS c WHERE c.account = usage.account AND NOT c.state ->> '$.deleted'
       ORDER BY EXISTS (
         SELECT 1 FROM json_each(c.state, '$.subscriptions')
         WHERE value ->> '$.plan' IS NOT NULL AND value ->> '$.status' IN ('active', 'trialing', 'past_due')
       ) DESC, id LIMIT 1) AS customer
    FROM usage WHERE account IS NOT NULL AND reported_at IS NULL AND given_up IS NULL
  )
  WHERE customer IS NOT NULL ORDER BY finished_at LIMIT :limit`;

const BY_ACCOUNT = `
  SELECT usage.account, login, count(*) AS runs, sum(install_seconds) AS installSeconds,
    sum(test_seconds) AS testSeconds, sum(reported_at IS NULL) AS unreported
  FROM usage LEFT JOIN accounts ON accounts.id = usage.account
  WHERE finished_at >= :since AND finished_at < :until
  GROUP BY usage.account ORDER BY sum(install_seconds + test_seconds) DESC`;

const RUNNING = `
  SELECT count(*) FROM jobs
  WHERE state = 'running' AND kind = 'plan' AND installation = (SELECT installation FROM accounts WHERE id = ?)`;

export class UsageLedger {
  readonly #db: Db;
  readonly #used: ReturnType<Db['prepare']>;
  readonly #running: ReturnType<Db['prepare']>;

  constructor(db: Db) {
    this.#db = db;
    this.#used = db
      .prepare(
        `SELECT coalesce(sum(install_seconds + test_seconds), 0) FROM usage
         WHERE account = :account AND finished_at >= :since`,
      )
      .pluck();
    this.#running = db.prepare(RUNNING).pluck();
  }

  /** Seconds of an account's runs that finished since `since`. */
  usedSeconds(account: number, since: number): number {
    return z.number().parse(this.#used.get({ account, since }));
  }

  /** Plans of an account that run at this moment. */
  running(account: number): number {
    return z.number().parse(this.#running.get(account));
  }

  /** At most `limit` runs that Stripe is to be told of, oldest first. */
  outbox(limit: number): Owed[] {
    return z.array(owed).parse(this.#db.prepare(OUTBOX).all({ limit }));
  }

  /** Stored before the first request: from then on Stripe may have it. */
  sending(run: string, now: number): void {
    this.#db.prepare('UPDATE usage SET sent_at = coalesce(sent_at, ?) WHERE run = ?').run(now, run);
  }

  /** Stripe is known not to have it. */
  notSent(run: string): void {
    this.#db.prepare('UPDATE usage SET sent_at = NULL WHERE run = ?').run(run);
  }

  reported(run: string, now: number): void {
    this.#db.prepare('UPDATE usage SET reported_at = ? WHERE run = ?').run(now, run);
  }

  giveUp(run: string, reason: string): void {
    this.#db.prepare('UPDATE usage SET given_up = ? WHERE run = ?').run(reason, run);
  }

  /** What every account used from `since` to before `until`, the largest first. */
  byAccount(since: number, until: number): AccountUsage[] {
    return z.array(month).parse(this.#db.prepare(BY_ACCOUNT).all({ since, until }));
  }
}
