/** Where the logs of runs are, reading one, and letting go of old ones. */
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../errors.ts';

/** The path of a run's log. Throws where `run` is no run id: it becomes part of a path. */
export function logFile(dataDir: string, run: string): string {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(run)) {
    throw new UserError(`"${run}" is not the id of a run.`, 'List the runs with `codexctl runs`.');
  }
  return join(dataDir, 'logs', `${run}.log.gz`);
}

/** The log of a run as text (UTF-8 bytes). Throws `UserError` where there is none. */
export function readLog(dataDir: string, run: string): Readable {
  const file = logFile(dataDir, run);
  if (!existsSync(file)) {
    throw new UserError(
      `Run ${run} has no log.`,
      '`codexctl runs` lists runs; their logs are kept for CODEX_RETENTION_DAYS.',
    );
  }
  const stored = createReadStream(file);
  const text = createGunzip();
  stored.on('error', (error) => text.destroy(error));
  return stored.pipe(text);
}

export interface StoredLog {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
  readonly bytes: number;
}

export interface Retention {
  readonly days: number;
  /** Of all logs together, compressed. */
  readonly maxBytes: number;
}

/** Which logs go: those past their days, then the oldest until the rest fits. Pure. */
export function logsToRemove(logs: readonly StoredLog[], keep: Retention, now: number): string[] {
  let bytes = 0;
  const newestFirst = [...logs].sort((a, b) => b.writtenAt - a.writtenAt);
  return newestFirst.flatMap((log) => {
    bytes += log.bytes;
    const old = log.writtenAt < now - keep.days * 86_400_000;
    return old || bytes > keep.maxBytes ? [log.name] : [];
  });
}

/** Removes logs past `keep`; gives how many. */
export async function pruneLogs(dataDir: string, keep: Retention, now: number): Promise<number> {
  const directory = join(dataDir, 'logs');
  await mkdir(directory, { recursive: true });
  const logs = await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const { mtimeMs, size } = await stat(join(directory, name));
      return { name, writtenAt: mtimeMs, bytes: size };
    }),
  );
  const names = logsToRemove(logs, keep, now);
  await Promise.all(names.map((name) => rm(join(directory, name), { force: true })));
  return names.length;
}
