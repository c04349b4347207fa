import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';

export type Db = Database.Database;

const MIGRATIONS = join(import.meta.dirname, 'migrations');

/**
 * Opens the database at `file` (or `:memory:`), durable before it is fast: WAL with synchronous=FULL, because
 * GitHub never sends again what was answered 2xx. Brings the schema to the newest migration.
 */
export function openDatabase(file: string): Db {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('busy_timeout = 5000');
  migrate(db);
  return db;
}

/** Applies every migrations/NNN.sql above the database's user_version, each in a transaction of its own. */
export function migrate(db: Db, upTo = Number.POSITIVE_INFINITY): void {
  const current = Number(db.pragma('user_version', { simple: true }));
  for (const file of readdirSync(MIGRATIONS).sort()) {
    const version = Number.parseInt(file, 10);
    if (version <= current || version > upTo) continue;
    db.transaction(() => {
      db.exec(readFileSync(join(MIGRATIONS, file), 'utf8'));
      db.pragma(`user_version = ${version}`);
    })();
  }
}
