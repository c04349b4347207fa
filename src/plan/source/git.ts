/**
 * The only caller of git on the host. Git works on bare repositories that Codex made, never on a work tree; what a
 * repository brings along (hooks, filters, its own configuration) never runs here.
 */
import { PassThrough, type Readable } from 'node:stream';
import { execa, type Options } from 'execa';
import { hermeticEnvironment } from './git-environment.ts';
import { type Ended, gitErrorOf } from './git-error.ts';

const TIMEOUT_MS = 60_000;
const KILL_AFTER_MS = 2_000;

export interface GitOptions {
  /** More environment, over the hermetic one. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** Bytes of stdout; more is an error. */
  readonly maxBytes?: number;
  /** Exit codes that are answers, not failures. Default: 0. */
  readonly accept?: readonly number[];
}

export interface GitOutput {
  readonly stdout: Buffer;
  readonly status: number;
}

/**
 * Runs git in the bare repository `directory` (null: in none). Throws GitError when it fails, takes longer than
 * `timeoutMs` (default 60 s) or prints more than `maxBytes` (default 64 MiB); the signal's reason when aborted.
 */
export async function git(
  directory: string | null,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitOutput> {
  options.signal?.throwIfAborted();
  const child = execa('git', argv(directory, args), {
    ...execaOptions(options),
    maxBuffer: { stdout: options.maxBytes ?? 64 * 2 ** 20, stderr: 2 ** 20 },
  });
  const limit = limited(child.pid, options);
  const result = await child;
  limit.lift();
  limit.check(args, result);
  return { stdout: Buffer.from(result.stdout), status: result.exitCode ?? 0 };
}

/**
 * Runs git and streams its stdout. `done` resolves when it ended well; otherwise it rejects as `git` does, and
 * the stream is destroyed with an error, so that a cut stream is never taken for a whole one.
 */
export function gitStream(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): { stream: Readable; done: Promise<void> } {
  options.signal?.throwIfAborted();
  const child = execa('git', argv(directory, args), {
    ...execaOptions(options),
    buffer: { stdout: false, stderr: true },
    maxBuffer: { stderr: 2 ** 20 },
  });
  const limit = limited(child.pid, options);
  // A stream of our own, because only git's end tells whether its output is whole. Who reads no further lets the
  // rest run out, so that git ends as if it had been read.
  const stream = new PassThrough();
  child.stdout.pipe(stream, { end: false });
  stream.once('close', () => child.stdout.resume());
  const done = child.then((result) => {
    limit.lift();
    try {
      limit.check(args, result);
      stream.end();
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error('git was aborted', { cause: error }));
      throw error;
    }
  });
  // `done` tells the same error, also where nobody reads the stream.
  stream.on('error', () => {});
  return { stream, done };
}

function argv(directory: string | null, args: readonly string[]): string[] {
  return directory === null ? [...args] : [`--git-dir=${directory}`, ...args];
}

function execaOptions(options: GitOptions) {
  return {
    cwd: '/',
    extendEnv: false,
    env: { ...hermeticEnvironment(process.env), ...options.environment },
    input: options.input ?? '',
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    // A process group of its own: git's helpers (git-remote-https, index-pack) must end with it.
    detached: true,
  } as const satisfies Options;
}

/** Ends the process group of `pid` when the time is up or the signal aborts: TERM, then KILL. */
function limited(pid: number | undefined, options: GitOptions) {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = AbortSignal.any(options.signal ? [deadline, options.signal] : [deadline]);
  let killing: NodeJS.Timeout | undefined;
  const end = () => {
    kill(pid, 'SIGTERM');
    killing = setTimeout(() => kill(pid, 'SIGKILL'), KILL_AFTER_MS);
  };
  stop.addEventListener('abort', end, { once: true });
  return {
    lift: () => {
      stop.removeEventListener('abort', end);
      clearTimeout(killing);
    },
    /** Throws unless git ended well. */
    check: (args: readonly string[], result: Ended) => {
      const accepted = result.exitCode !== undefined && (options.accept ?? [0]).includes(result.exitCode);
      if (accepted && !result.isMaxBuffer) return;
      options.signal?.throwIfAborted();
      throw gitErrorOf(args[0] ?? '', result, deadline.aborted ? timeoutMs : null);
    },
  };
}

function kill(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Only the system throws here; ESRCH: it ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
