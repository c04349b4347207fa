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

/** Applies every migrations/NNN.sql above the database's user_version, whoever else does the same meanwhile. */
function migrate(db: Db): void {
  const files = readdirSync(MIGRATIONS).sort();
  const newest = numberOf(files.at(-1));
  if (version(db) > newest) {
    throw new UserError(
      'The database was written by a newer Codex.',
      'Run that version, or restore the backup from before the upgrade.',
    );
  }
  if (version(db) === newest) return;
  const apply = db.transaction(() => {
    const current = version(db);
    for (const file of files.filter((each) => numberOf(each) > current)) {
      db.exec(readFileSync(join(MIGRATIONS, file), 'utf8'));
      db.pragma(`user_version = ${numberOf(file)}`);
    }
  });
  apply.immediate();
}

function version(db: Db): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function numberOf(file = '0'): number {
  return Number.parseInt(file, 10);
}
