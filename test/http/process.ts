/** The server in a process of its own, which can be killed and whose disk can be full. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IngestOrder } from '../../bench/ingest-server.ts';
import { SECRET } from './setup.ts';

const SCRIPT = new URL('../../bench/ingest-server.ts', import.meta.url);

export interface ServerProcess {
  readonly url: string;
  /** The database, which outlives the process. */
  readonly file: string;
  /** No file of the process may grow above this many bytes. */
  limitFiles(bytes: number | 'unlimited'): void;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  /** Kills what runs and removes the database. */
  remove(): Promise<void>;
}

export async function startProcess(): Promise<ServerProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'codex-process-'));
  const file = join(directory, 'codex.db');
  const child = fork(SCRIPT, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  child.send({ file, secret: SECRET, dispatch: false } satisfies IngestOrder);
  const [{ port }] = await once(child, 'message');
  return {
    url: `http://127.0.0.1:${port}`,
    file,
    limitFiles: (bytes) => {
      execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`]);
    },
    kill: () => kill(child),
    async remove() {
      await kill(child);
      rmSync(directory, { recursive: true });
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
