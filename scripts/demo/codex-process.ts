/** Codex as an operator runs it: `node src/main.ts` with an environment, in a process of its own. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { z } from 'zod';
import { dockerEnvironment } from '../../src/plan/sandbox/docker.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Milliseconds until a Codex that does not stop is killed. */
const LONGEST_STOP = 15_000;
const LONGEST_START = 15_000;

const listening = z.object({ msg: z.literal('Codex is listening'), port: z.int() });

export interface CodexProcess {
  /** Where it listens. */
  readonly url: string;
  /** Rejects if it ends before it was told to. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Starts Codex and resolves once `/ready` says so; `onLine` gets each line of its log. It leads a process group of its own, so
 * that a Ctrl-C in the terminal reaches it once and through `stop`.
 */
export async function startCodex(
  environment: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<CodexProcess> {
  const codex = execa(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    env: { ...dockerEnvironment(), PORT: '0', LOG_LEVEL: 'info', ...environment },
    extendEnv: false,
    detached: true,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    forceKillAfterDelay: LONGEST_STOP,
  });
  const kill = (): void => {
    codex.kill('SIGKILL');
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    codex.kill('SIGTERM');
    await codex;
    process.off('exit', kill);
  };
  const ended = codex.then(({ exitCode }): never => {
    throw new Error(`Codex ended with exit code ${exitCode}.`);
  });
  ended.catch(() => {}); // Whoever plays with Codex listens to it; who stops it does not.
  try {
    const url = `http://127.0.0.1:${await Promise.race([portOf(codex.all, onLine), ended, aborted(signal)])}`;
    await Promise.race([untilReady(url), ended, aborted(signal)]);
    return { url, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads the log to its end, and from it where Codex listens. */
function portOf(output: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<number> {
  return new Promise((resolve) => {
    createInterface({ input: output }).on('line', (line) => {
      onLine(line);
      const said = listening.safeParse(parsed(line));
      if (said.success) resolve(said.data.port);
    });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // A line that is not the logger's, as of a crash.
  }
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + LONGEST_START;
  for (;;) {
    const response = await fetch(`${url}/ready`);
    const answer = await response.text();
    if (response.ok) return;
    if (Date.now() > deadline) throw new Error(`Codex is not ready: ${answer}`);
    await delay(100);
  }
}

/** Rejects with the signal's reason. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
