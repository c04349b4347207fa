/** Codex as an operator runs it, ready, for as long as the demo lasts. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { CodexProcess } from '../../test/support/codex-process.ts';

/** Milliseconds until a Codex that does not stop is killed. */
const LONGEST_STOP = 15_000;
const LONGEST_START = 15_000;

const listening = z.looseObject({ port: z.int() });

export interface StartedCodex {
  /** Where it listens. */
  readonly url: string;
  /** Rejects if it ends before it was told to. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** Starts Codex and resolves once `/ready` says so; `onLine` gets each line of its log. */
export async function startCodex(
  environment: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<StartedCodex> {
  const options = { detached: true, forceKillAfterDelay: LONGEST_STOP, onLine };
  const codex = new CodexProcess({ PORT: '0', LOG_LEVEL: 'info', ...environment }, options);
  const kill = (): void => codex.signal('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    codex.signal('SIGTERM');
    await codex.ended;
    process.off('exit', kill);
  };
  const ended = codex.ended.then(({ exitCode, stderr }): never => {
    throw new Error(`Codex ended with exit code ${exitCode}. ${stderr}`);
  });
  ended.catch(() => {}); // Whoever plays with Codex listens to it; who stops it does not.
  try {
    const said = await Promise.race([codex.logged('Codex is listening'), aborted(signal)]);
    const url = `http://127.0.0.1:${listening.parse(said).port}`;
    await Promise.race([untilReady(url), ended, aborted(signal)]);
    return { url, ended, stop };
  } catch (error) {
    await stop();
    throw error;
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
