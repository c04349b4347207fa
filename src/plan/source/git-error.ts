/** How a run of git failed, in git's own words; what those words mean is decided by who asked. */

const STDERR_KEPT = 4_000;

/** How git says that the objects or the directory of a mirror are broken, as opposed to the request. */
const DAMAGE =
  /\bis corrupt|is empty$|not a git repository|bad object |unable to (?:read|parse|unpack) |missing (?:blob|tree|commit|object)|inflate: |does not point to a valid object|index file .* (?:is|does)|invalid object|broken (?:HEAD|ref)/m;

/** Git ended with a failure. The message has git's last words; never its environment. */
export class GitError extends Error {
  readonly stderr: string;
  /** It printed more than it may. */
  readonly overflow: boolean;

  constructor(subcommand: string, detail: string, stderr: string, overflow = false) {
    const words = stderr.trim().slice(-STDERR_KEPT);
    super(`git ${subcommand} ${detail}${words === '' ? '' : `: ${words}`}`);
    this.name = 'GitError';
    this.stderr = words;
    this.overflow = overflow;
  }

  /** True where git complains about the repository on disk. */
  get damaged(): boolean {
    return DAMAGE.test(this.stderr);
  }
}

export interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly isMaxBuffer: boolean;
  readonly stderr: Uint8Array;
}

/** The error for a run that did not end with an accepted exit code; `timeoutMs` where it ran out of time. */
export function gitErrorOf(subcommand: string, result: Ended, timeoutMs: number | null): GitError {
  const overflow = timeoutMs === null && result.isMaxBuffer;
  return new GitError(
    subcommand,
    howItEnded(result, timeoutMs),
    Buffer.from(result.stderr).toString(),
    overflow,
  );
}

function howItEnded(result: Ended, timeoutMs: number | null): string {
  if (timeoutMs !== null) return `took longer than ${timeoutMs} ms`;
  if (result.isMaxBuffer) return 'printed more than its limit';
  if (result.exitCode !== undefined) return `failed (exit code ${result.exitCode})`;
  if (result.signal !== undefined) return `was killed (${result.signal})`;
  return `did not start (${result.code ?? 'unknown'})`;
}
