/** Runs one Python program as the tests of a plan, in the real sandbox. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { execa } from 'execa';
import { environment } from '../../../src/environment.ts';
import type { SandboxEvent } from '../../../src/plan/events.ts';
import { resolveImage, type SandboxImage } from '../../../src/plan/sandbox/image.ts';
import { DEFAULT_LIMITS, type SandboxLimits } from '../../../src/plan/sandbox/limits.ts';
import { LogWriter } from '../../../src/plan/sandbox/log.ts';
import { readLog } from '../../../src/plan/sandbox/log-files.ts';
import { runTests, type TestRequest } from '../../../src/plan/sandbox/test.ts';

export const IMAGE = environment.shape.CODEX_WORKER_SANDBOX_IMAGE.parse(undefined);
export const INSTANCE = `test-${randomUUID()}`;
export const never = new AbortController().signal;

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

export function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'codex-sandbox-'));
  directories.push(directory);
  return directory;
}

export function sandboxImage(): Promise<SandboxImage> {
  return resolveImage(IMAGE, never);
}

export function limits(of: Partial<SandboxLimits> = {}): SandboxLimits {
  return { ...DEFAULT_LIMITS, ...of };
}

const HEADER = {
  ...{ commit: '', refs: {}, branch: 'main', shallow: [], pytest: [], only: null, collect_only: false },
  environment: {},
};

export interface Ran {
  readonly end: Awaited<ReturnType<typeof runTests>>;
  readonly events: SandboxEvent[];
  readonly output: string;
}

interface Options {
  readonly limits?: Partial<SandboxLimits>;
  readonly signal?: AbortSignal;
  readonly run?: string;
  readonly environment?: string;
  readonly onEvent?: (event: SandboxEvent) => void;
}

/** Runs `program` and gives how it ended, what it reported and what its log holds. */
export async function runPython(program: string, options: Options = {}): Promise<Ran> {
  const run = options.run ?? randomUUID();
  const dataDir = dataDirectory();
  const log = new LogWriter(dataDir, run);
  const events: SandboxEvent[] = [];
  const onEvent = (event: SandboxEvent) => {
    events.push(event);
    options.onEvent?.(event);
  };
  const end = await runTests({ ...(await request(run, program, options)), log, onEvent });
  await log.close();
  return { end, events, output: await text(readLog(dataDir, run)) };
}

async function request(
  run: string,
  program: string,
  options: Options,
): Promise<Omit<TestRequest, 'log' | 'onEvent'>> {
  return {
    run,
    phase: 'test',
    instance: INSTANCE,
    image: await sandboxImage(),
    environment: options.environment ?? null,
    header: { ...HEADER, command: ['python3', '-c', program] },
    pack: null,
    limits: limits(options.limits),
    signal: options.signal ?? never,
    now: Date.now(),
  };
}

export async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stream)).toString('utf8');
}

/** Names of this test's containers, dead or alive. */
export async function containers(): Promise<string[]> {
  const filter = `label=codex.instance=${INSTANCE}`;
  const { stdout } = await execa('docker', ['ps', '--all', '--filter', filter, '--format', '{{.Names}}']);
  return stdout.split('\n').filter(Boolean);
}
