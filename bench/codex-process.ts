/** A Codex in a process of its own, as the App of a local GitHub, with the options of `npm start`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '../test/support/codex-process.ts';
import type { LocalGitHub } from '../test/support/local-github/local-github.ts';
import { V8_FLAGS } from './start-command.ts';

export interface CodexProcess {
  readonly dataDir: string;
  readonly port: number;
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
  const codex = await startProcess(github, dataDir, environment, V8_FLAGS);
  const startMs = performance.now() - started;
  return {
    dataDir,
    port: Number(new URL(codex.url).port),
    startMs,
    memory() {
      const status = readFileSync(`/proc/${codex.pid}/status`, 'utf8');
      const bytes = (key: string) =>
        Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
      return { now: bytes('VmRSS'), most: bytes('VmHWM') };
    },
    async stop() {
      github.deliveries.deliverTo(null);
      codex.signal('SIGTERM');
      await codex.ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
