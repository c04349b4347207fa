/**
 * The work tree's way into the sandbox: one git pack on stdin, indexed and checked out by git in there, so that
 * attributes and filters of the pull request run only there. In the pack: the merge commit (made up, but the same
 * for the same tree and parents), all objects of its tree and of its parents' trees (`git diff HEAD^1` works),
 * and the history's newest 10,000 commits with their tags, without the trees of old commits.
 *
 * How the sandbox unpacks it, in an empty folder:
 *   1. `git init -q --template= .`
 *   2. `.git/config` := repositoryformatversion 1, `extensions.partialClone = origin`, and a remote `origin` with
 *      `promisor = true` and a url that leads nowhere: git then tolerates that old trees are missing
 *   3. `.git/shallow` := `header.shallow`, a line each; no file where it is empty
 *   4. `git index-pack --stdin --promisor` < pack; a cut pack fails here
 *   5. `.git/HEAD` := `ref: refs/heads/<header.branch>`
 *   6. `.git/packed-refs` := `<sha> <name>` for each of `header.refs`, sorted by name
 *   7. `git reset -q --hard` with `GIT_LFS_SKIP_SMUDGE=1`
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { cutHistory, parseTags, tagsOf } from './history.ts';
import type { Mirror } from './mirror.ts';

const COMMITS_PACKED = 10_000;

export interface PackRequest {
  readonly tree: string;
  /** Base and head; or one commit (also twice), which is then packed itself if `tree` is its tree. */
  readonly parents: readonly [string, ...string[]];
  /** The branch that is checked out inside: the base branch's name. */
  readonly branch: string;
}

export interface PackHeader {
  /** What HEAD is inside. */
  readonly commit: string;
  readonly branch: string;
  /** Commits whose parents are not in the pack. */
  readonly shallow: string[];
  /** Full ref name → object id: the branch, `refs/remotes/origin/<branch>` at the first parent, tags. */
  readonly refs: Record<string, string>;
}

export interface Packed {
  readonly header: PackHeader;
  readonly stream: Readable;
  /** Rejects with git's words where the pack is not whole; `stream` fails with the same error. */
  readonly done: Promise<void>;
}

/** Starts a pack of `tree`. Throws GitError where an object of it is not in the mirror. */
export async function packTree(mirror: Mirror, request: PackRequest, signal?: AbortSignal): Promise<Packed> {
  const { tree, parents, branch } = request;
  const commit = await commitOf(mirror, tree, parents, signal);
  const [objects, history, tags, cuts] = await Promise.all([
    mirror.git(['rev-list', '--objects', '--no-walk', commit, ...parents], { maxBytes: 2 ** 28, signal }),
    mirror.git(['rev-list', '--parents', `--max-count=${COMMITS_PACKED}`, commit], { signal }),
    mirror.git(['for-each-ref', '--format=%(objectname) %(*objectname) %(refname)', 'refs/tags'], { signal }),
    shallowCommits(mirror),
  ]);
  const { commits, shallow } = cutHistory(history.stdout.toString(), cuts);
  const tagged = tagsOf(parseTags(tags.stdout.toString()), commits);
  const { stream, done } = mirror.stream(
    ['pack-objects', '--stdout', '-q', '--window=0', '--delta-base-offset'],
    {
      input: `${objects.stdout}${[...commits, ...Object.values(tagged)].join('\n')}\n`,
      timeoutMs: 10 * 60_000,
      signal,
    },
  );
  const refs = {
    [`refs/heads/${branch}`]: commit,
    [`refs/remotes/origin/${branch}`]: parents[0],
    ...tagged,
  };
  return { header: { commit, branch, shallow, refs }, stream, done };
}

async function commitOf(
  mirror: Mirror,
  tree: string,
  parents: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const { stdout } = await mirror.git(['log', '--no-walk=unsorted', '--format=%H %T %ct', ...parents], {
    signal,
  });
  const lines = stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const only = lines.length === 1 && lines[0]?.[1] === tree ? lines[0][0] : undefined;
  if (only !== undefined) return only;
  const date = mergeDate(lines.map(([, , seconds]) => Number(seconds)));
  const written = await mirror.git(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], {
    input: `Merge ${parents.slice(1).join(' ')} into ${parents[0]}\n`,
    environment: identity(date),
    signal,
  });
  return written.stdout.toString().trim();
}

/** The newest of the parents' dates, so that tools that sort by date see the merge on top; hostile ones are cut. */
function mergeDate(seconds: readonly number[]): number {
  const LAST = Date.UTC(2099, 0) / 1_000;
  return Math.max(0, ...seconds.filter((value) => value >= 0 && value <= LAST));
}

function identity(date: number): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: 'Codex',
    GIT_AUTHOR_EMAIL: 'codex@localhost',
    GIT_AUTHOR_DATE: `@${date} +0000`,
    GIT_COMMITTER_NAME: 'Codex',
    GIT_COMMITTER_EMAIL: 'codex@localhost',
    GIT_COMMITTER_DATE: `@${date} +0000`,
  };
}

/** Where the mirror itself is cut, because it was fetched from a shallow clone. */
async function shallowCommits(mirror: Mirror): Promise<Set<string>> {
  const text = await readFile(join(mirror.directory, 'shallow'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    },
  );
  return new Set(text.split('\n'));
}
