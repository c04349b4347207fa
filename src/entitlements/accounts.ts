/** The table `accounts`: GitHub's accounts that have the App, by their numeric id, which renaming does not change. */
import { z } from 'zod';
import type { Db } from '../store/database.ts';

export interface Account {
  readonly id: number;
  readonly login: string;
  /** Null once the App was uninstalled; 0 where Codex has one installation's token in place of an App. */
  readonly installation: number | null;
}

const row = z.object({ id: z.number(), login: z.string(), installation: z.number().nullable() });

export class AccountStore {
  readonly #db: Db;
  readonly #ofInstallation: ReturnType<Db['prepare']>;

  constructor(db: Db) {
    this.#db = db;
    this.#ofInstallation = db.prepare('SELECT id FROM accounts WHERE installation = ?').pluck();
  }

  /** Stores what GitHub says of an account; an installation belongs to the account that was named last. */
  remember({ id, login, installation }: Account, now: number): void {
    this.#db.transaction(() => {
      this.#db
        .prepare('UPDATE accounts SET installation = NULL WHERE installation = ? AND id <> ?')
        .run(installation, id);
      this.#db
        .prepare(
          `INSERT INTO accounts (id, login, installation, seen_at) VALUES (:id, :login, :installation, :now)
           ON CONFLICT (id) DO UPDATE SET login = :login, installation = :installation, seen_at = :now`,
        )
        .run({ id, login, installation, now });
    })();
  }

  /** The App was uninstalled. What was paid for stays the account's: installed again, it goes on. */
  uninstalled(installation: number): void {
    this.#db.prepare('UPDATE accounts SET installation = NULL WHERE installation = ?').run(installation);
  }

  renamed(id: number, login: string, now: number): void {
    this.#db.prepare('UPDATE accounts SET login = ?, seen_at = ? WHERE id = ?').run(login, now, id);
  }

  get(id: number): Account | null {
    return this.#one('id = ?', id);
  }

  /** By its login, in whatever case; of two that had it, the one that was seen last. */
  byLogin(login: string): Account | null {
    return this.#one('lower(login) = lower(?)', login);
  }

  /** The id of the account that an installation of the App belongs to; null where it is not known. */
  ofInstallation(installation: number): number | null {
    return z.number().optional().parse(this.#ofInstallation.get(installation)) ?? null;
  }

  #one(where: string, value: string | number): Account | null {
    const sql = `SELECT id, login, installation FROM accounts WHERE ${where} ORDER BY seen_at DESC LIMIT 1`;
    return row.optional().parse(this.#db.prepare(sql).get(value)) ?? null;
  }
}
