import { join } from 'node:path';
import { type LocalConfig, parseLocalConfig } from '../config.ts';
import { messageOf, UserError } from '../errors.ts';
import { RunStore } from '../plan/runs.ts';
import { type Db, openDatabase } from '../store/database.ts';

/** Closed with `using`. */
export interface Data extends Disposable {
  readonly config: LocalConfig;
  readonly db: Db;
  readonly runs: RunStore;
}

/** The configuration and the database that a server on this data directory uses, too. Throws `UserError`. */
export function openData(): Data {
  const config = parseLocalConfig(process.env);
  const db = open(join(config.dataDir, 'codex.db'));
  return { config, db, runs: new RunStore(db), [Symbol.dispose]: () => db.close() };
}

function open(file: string): Db {
  try {
    return openDatabase(file);
  } catch (error) {
    throw new UserError(
      `The database ${file} cannot be opened: ${messageOf(error)}.`,
      'Set CODEX_DATA_DIR to the directory that Codex keeps its database in.',
      { cause: error },
    );
  }
}
