import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors.ts';
import { visibleLines } from '../markdown/text.ts';
import { readLog } from '../plan/sandbox/log-files.ts';
import { openData } from './data.ts';

/** Runs among which the beginning of an id is looked for. */
const RUNS_READ = 1_000;

/** Prints the stored log of the run whose id is, or begins with, `id`. Throws `UserError` where there is not one. */
export async function printLog(id: string): Promise<void> {
  using data = openData();
  const ids = data.runs.latest(null, RUNS_READ).map((run) => run.id);
  const found = ids.filter((known) => known.startsWith(id));
  if (found.length > 1) {
    throw new UserError(
      `${found.length} runs begin with ${id}.`,
      'Give more of the id: `codexctl runs` lists them.',
    );
  }
  const log = readLog(data.config.dataDir, found[0] ?? id);
  const { stdout } = process;
  await (stdout.isTTY
    ? pipeline(log, visibly, stdout, { end: false })
    : pipeline(log, stdout, { end: false }));
}

/** Strangers wrote it: on a terminal nothing of it is obeyed. */
export async function* visibly(log: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of log) yield visibleLines(decoder.decode(chunk, { stream: true }));
  yield visibleLines(decoder.decode());
}
