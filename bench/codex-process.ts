/** A Codex in a process of its own, as the App of a local GitHub, with the very command of `npm start`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LocalGitHub } from '../test/support/local-github/local-github.ts';
import { PROJECT, START } from './start-command.ts';

export interface CodexProcess {
  readonly dataDir: string;
  /** Milliseconds from the start of the process until it listened. */
  readonly startMs: number;
  /** Resident bytes at this moment, and the most there ever were, as the kernel counts them. */
  memory(): { readonly now: number; readonly most: number };
  stop(): Promise<void>;
}

/** Starts Codex and has the GitHub's webhooks delivered to it. */
export async function startCodex(
  github: LocalGitHub,
  environment: Record<string, string> = {},
): Promise<CodexProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'codex-bench-'));
  const started = performance.now();
  const child = spawn(process.execPath, START, {
    cwd: PROJECT,
    env: {
      PATH: process.env.PATH,
      ...github.environment,
      CODEX_DATA_DIR: dataDir,
      PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await listeningPort(child);
  const startMs = performance.now() - started;
  github.deliveries.deliverTo(`http://127.0.0.1:${port}/webhooks/github`);
  return {
    dataDir,
    startMs,
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      const bytes = (key: string) =>
        Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
      return { now: bytes('VmRSS'), most: bytes('VmHWM') };
    },
    async stop() {
      github.deliveries.deliverTo(null);
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** From Codex's own log. */
async function listeningPort({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('The standard output of Codex is not read.');
  for await (const line of createInterface({ input: stdout })) {
    const port = /"port":(\d+).*is listening/.exec(line)?.[1];
    if (port === undefined) continue;
    stdout.resume();
    return Number(port);
  }
  throw new Error('Codex ended before it listened.');
}
