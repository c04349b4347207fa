/**
 * The only caller of git on the host. Git works on bare repositories that Codex made, never on a work tree, and
 * knows nothing of the machine: no system or user configuration, no hooks, no credential helpers, no prompts,
 * no protocols but the one that is asked for. What a repository brings along (hooks, filters, its own
 * configuration) therefore never runs here.
 */
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';

const CONFIGURATION = fileURLToPath(new URL('./gitconfig', import.meta.url));

/** Variables of the operator's that git may see: where programs are, how to reach the network, whom to trust. */
const INHERITED = [
  'PATH',
  'http_proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
] as const;

const STDERR_KEPT = 4_000;
const TIMEOUT_MS = 60_000;

/** How git says that the objects or the directory of a mirror are broken, as opposed to the request. */
const DAMAGE =
  /\bis corrupt|is empty$|not a git repository|bad object |unable to (?:read|parse|unpack) |missing (?:blob|tree|commit|object)|inflate: |does not point to a valid object|index file .* (?:is|does)|invalid object|broken (?:HEAD|ref)/m;

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

type Reason = 'failed' | 'killed' | 'not started' | 'timeout' | 'overflow';

/** Git ended with a failure. The message has git's own last words; never its environment. */
export class GitError extends Error {
  readonly reason: Reason;
  readonly stderr: string;

  constructor(subcommand: string, reason: Reason, detail: string, stderr: string) {
    const words = stderr.trim().slice(-STDERR_KEPT);
    super(`git ${subcommand} ${detail}${words === '' ? '' : `: ${words}`}`);
    this.name = 'GitError';
    this.reason = reason;
    this.stderr = words;
  }

  /** True where git complains about the repository on disk. */
  get damaged(): boolean {
    return DAMAGE.test(this.stderr);
  }
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
  const result = await execa('git', argv(directory, args), {
    ...execaOptions(options),
    input: options.input ?? '',
    maxBuffer: { stdout: options.maxBytes ?? 64 * 2 ** 20, stderr: 2 ** 20 },
  });
  const failure = failureOf(args, result, options);
  if (failure) throw failure;
  return { stdout: Buffer.from(result.stdout), status: result.exitCode ?? 0 };
}

/**
 * Runs git and streams its stdout. `done` resolves when it ended well; otherwise it rejects as `git` does, and
 * the stream is destroyed with the same error, so that a cut stream is never taken for a whole one.
 */
export function gitStream(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): { stream: Readable; done: Promise<void> } {
  const child = execa('git', argv(directory, args), {
    ...execaOptions(options),
    input: options.input ?? '',
    buffer: { stdout: false, stderr: true },
    maxBuffer: { stderr: 2 ** 20 },
  });
  const stream = child.readable({ from: 'stdout' });
  const done = child.then((result) => {
    const failure = failureOf(args, result, options);
    if (!failure) return;
    stream.destroy(failure instanceof Error ? failure : new Error('aborted', { cause: failure }));
    throw failure;
  });
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
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    forceKillAfterDelay: 2_000,
    ...(options.signal ? { cancelSignal: options.signal } : {}),
  } as const satisfies Options;
}

/** The whole environment of git on the host. */
export function hermeticEnvironment(
  host: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = host[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: CONFIGURATION,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: '',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
  };
}

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly isMaxBuffer: boolean;
  readonly stderr: Uint8Array;
  readonly failed: boolean;
}

function failureOf(args: readonly string[], result: Ended, options: GitOptions): unknown {
  if (result.isCanceled) return options.signal?.reason ?? new Error('aborted');
  const accepted = result.exitCode !== undefined && (options.accept ?? [0]).includes(result.exitCode);
  if (accepted && !result.isMaxBuffer && !result.timedOut) return null;
  const [reason, detail] = howItEnded(result, options);
  return new GitError(args[0] ?? '', reason, detail, Buffer.from(result.stderr).toString());
}

function howItEnded(result: Ended, options: GitOptions): [Reason, string] {
  if (result.timedOut) return ['timeout', `took longer than ${options.timeoutMs ?? TIMEOUT_MS} ms`];
  if (result.isMaxBuffer) return ['overflow', 'printed more than its limit'];
  if (result.exitCode !== undefined) return ['failed', `failed (exit code ${result.exitCode})`];
  if (result.signal !== undefined) return ['killed', `was killed (${result.signal})`];
  return ['not started', `did not start (${result.code ?? 'unknown'})`];
}
