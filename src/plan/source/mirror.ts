/**
 * A bare cache of one repository, and the one fetch of a plan into it. What a plan needs is kept alive by refs of
 * ours: `refs/codex/base/<hash of the branch's name>` (hashed, because a branch `a` that becomes `a/b` must not
 * clash with its own past) and `refs/codex/head/<sha>`. Refs are written by one fetch at a time; readers need no
 * lock, as git never deletes an object younger than two weeks. A data directory belongs to one process.
 */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { UserError } from '../../errors.ts';
import { explainFetch } from './fetch-failure.ts';
import { type GitOptions, type GitOutput, git, gitStream } from './git.ts';
import { GitError } from './git-error.ts';
import { directoryOf, prepareDirectory, replaceDirectory } from './mirror-directory.ts';
import { isLocal, type Remote, remoteEnvironment } from './remote.ts';

const FETCH_TIMEOUT_MS = 10 * 60_000;

/** One mirror in this process; `openMirror` hands out the same one for the same directory. */
export class Mirror {
  readonly directory: string;
  #lane: Promise<unknown> = Promise.resolve();
  #damaged = false;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Runs git in this mirror; a complaint about the mirror itself makes the next fetch rebuild it. */
  git(args: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
    return this.#watching(git(this.directory, args, options));
  }

  /** As `git`, with stdout streamed. */
  stream(args: readonly string[], options: GitOptions = {}): { stream: Readable; done: Promise<void> } {
    const { stream, done } = gitStream(this.directory, args, options);
    const watched = this.#watching(done);
    // Whoever only reads the stream gets the error there; that must not end the process.
    watched.catch(() => undefined);
    return { stream, done: watched };
  }

  /** Runs `work` after whatever this mirror is busy with; rejects at once when the signal aborts. */
  async exclusively<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const turn = this.#lane.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    this.#lane = turn.catch(() => undefined);
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    return Promise.race([turn, aborted.promise]).finally(() => signal?.removeEventListener('abort', abort));
  }

  get damaged(): boolean {
    return this.#damaged;
  }

  /** Throws everything away and starts empty. Only inside `exclusively`. */
  async rebuild(): Promise<void> {
    await replaceDirectory(this.directory);
    this.#damaged = false;
  }

  async #watching<T>(running: Promise<T>): Promise<T> {
    try {
      return await running;
    } catch (error) {
      if (error instanceof GitError && error.damaged) this.#damaged = true;
      throw error;
    }
  }
}

const open = new Map<string, Promise<Mirror>>();

/**
 * The mirror of `repositoryKey` (any text that names the repository) under `dataDir`/mirrors; made where there is
 * none. The first opening in a process clears away what a killed one left behind.
 */
export function openMirror(dataDir: string, repositoryKey: string): Promise<Mirror> {
  const directory = directoryOf(dataDir, repositoryKey);
  const known = open.get(directory);
  if (known) return known;
  const opening = prepareDirectory(directory).then(() => new Mirror(directory));
  open.set(directory, opening);
  opening.catch(() => open.delete(directory));
  return opening;
}

/** Every mirror that was opened in this process. */
export async function openedMirrors(): Promise<Mirror[]> {
  const opened = await Promise.allSettled(open.values());
  return opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/**
 * Fetches base branch, head commit and tags at once. Resolves to the commits a plan is about: the head that was
 * asked for and the base branch as it is now. Throws UserError where a person must act (head gone, base missing,
 * repository or access gone); GitError where trying again may help.
 */
export function fetchPlan(
  mirror: Mirror,
  remote: Remote,
  { headSha, baseRef }: { headSha: string; baseRef: string },
  signal?: AbortSignal,
): Promise<{ headSha: string; baseSha: string }> {
  if (!/^[0-9a-f]{40}$/.test(headSha)) throw new Error('a head is a full SHA-1 commit id');
  return mirror.exclusively(async () => {
    await requireBranchName(mirror, baseRef);
    const base = `refs/codex/base/${createHash('sha256').update(baseRef).digest('hex').slice(0, 16)}`;
    const refspecs = [
      `+refs/heads/${baseRef}:${base}`,
      `+${headSha}:refs/codex/head/${headSha}`,
      '+refs/tags/*:refs/tags/*',
    ];
    try {
      return await fetchOrRebuild(mirror, remote, refspecs, { headSha, base }, signal);
    } catch (error) {
      throw (error instanceof GitError && explainFetch(error.stderr, { headSha, baseRef })) || error;
    }
  }, signal);
}

async function requireBranchName(mirror: Mirror, name: string): Promise<void> {
  const valid =
    !name.includes('\0') &&
    (await mirror.git(['check-ref-format', `refs/heads/${name}`], { accept: [0, 1] }));
  if (valid && valid.status === 0) return;
  throw new UserError(
    'The base branch has a name that git does not allow.',
    'Rename the base branch, or choose another one for the pull request.',
  );
}

async function fetchOrRebuild(
  mirror: Mirror,
  remote: Remote,
  refspecs: readonly string[],
  refs: { headSha: string; base: string },
  signal: AbortSignal | undefined,
): Promise<{ headSha: string; baseSha: string }> {
  if (mirror.damaged) await mirror.rebuild();
  try {
    return await fetchOnce(mirror, remote, refspecs, refs, signal);
  } catch (error) {
    if (!mirror.damaged) throw error;
  }
  await mirror.rebuild();
  return fetchOnce(mirror, remote, refspecs, refs, signal);
}

async function fetchOnce(
  mirror: Mirror,
  remote: Remote,
  refspecs: readonly string[],
  { headSha, base }: { headSha: string; base: string },
  signal: AbortSignal | undefined,
): Promise<{ headSha: string; baseSha: string }> {
  const flags = ['--quiet', '--no-tags', '--prune', '--no-write-fetch-head', '--no-recurse-submodules'];
  if (isLocal(remote)) flags.push('--update-shallow');
  await mirror.git(['fetch', ...flags, '--stdin', remote.url], {
    environment: await remoteEnvironment(remote),
    input: `${refspecs.join('\n')}\n`,
    timeoutMs: FETCH_TIMEOUT_MS,
    signal,
  });
  const { stdout } = await mirror.git(['rev-parse', `${headSha}^{commit}`, `${base}^{commit}`]);
  const [head = '', baseSha = ''] = stdout.toString().split('\n');
  return { headSha: head, baseSha };
}
