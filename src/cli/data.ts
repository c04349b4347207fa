import { join } from 'node:path';
import { parseWorkerConfig, type WorkerConfig } from '../config.ts';
import { RunStore } from '../plan/runs.ts';
import { type Db, openDatabase } from '../store/database.ts';

export interface Data {
  readonly config: WorkerConfig;
  readonly db: Db;
  readonly runs: RunStore;
}

/** The configuration and the database that a server on this data directory uses, too. */
export function openData(): Data {
  const config = parseWorkerConfig(process.env);
  const db = openDatabase(join(config.dataDir, 'codex.db'));
  return { config, db, runs: new RunStore(db) };
}
