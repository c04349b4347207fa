import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { UserError } from '../errors.ts';

export type Db = Database.Database;

const MIGRATIONS = join(import.meta.dirname, 'migrations');

/**
 * Opens the database at `file` (or `:memory:`), durable before it is fast: WAL with synchronous=FULL, because
 * GitHub never sends again what was answered 2xx. Brings the schema to the newest migration; throws `UserError` where
 * the schema is newer than that.
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

/**
 * Runs `work` without its commits waiting for the disk. They outlive the process at once, and a loss of power from the
 * next commit that waits: for what is of no use without an effect that is committed after it.
 */
export function inPassing<T>(db: Db, work: () => T): T {
  db.pragma('synchronous = NORMAL');
  try {
    return work();
  } finally {
    db.pragma('synchronous = FULL');
  }
}

/** Applies every migrations/NNN.sql above the database's user_version, each in a transaction of its own. */
function migrate(db: Db): void {
  const current = Number(db.pragma('user_version', { simple: true }));
  const files = readdirSync(MIGRATIONS).sort();
  if (current > Number.parseInt(files.at(-1) ?? '0', 10)) {
    throw new UserError(
      'The database was written by a newer Codex.',
      'Run that version, or restore the backup from before the upgrade.',
    );
  }
  for (const file of files) {
    const version = Number.parseInt(file, 10);
    if (version <= current) continue;
    db.transaction(() => {
      db.exec(readFileSync(join(MIGRATIONS, file), 'utf8'));
      db.pragma(`user_version = ${version}`);
    })();
  }
}
