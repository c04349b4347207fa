import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors.ts';
import { readLog } from '../plan/sandbox/log-files.ts';
import { openData } from './data.ts';

/** Runs among which the beginning of an id is looked for. */
const RUNS_READ = 1_000;

/** Prints the stored log of the run whose id is, or begins with, `id`. Throws `UserError` where there is not one. */
export async function printLog(id: string): Promise<void> {
  const { config, runs, db } = openData();
  const ids = runs.latest(null, RUNS_READ).map((run) => run.id);
  db.close();
  const found = ids.filter((known) => known.startsWith(id));
  if (found.length > 1) {
    throw new UserError(
      `${found.length} runs begin with ${id}.`,
      'Give more of the id: `codexctl runs` lists them.',
    );
  }
  await pipeline(readLog(config.dataDir, found[0] ?? id), process.stdout, { end: false });
}
