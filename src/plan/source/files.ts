/** What is in a tree, read from the mirror; nothing is checked out. */
import { posix } from 'node:path';
import { UserError } from '../../errors.ts';
import { readBlobs } from './blobs.ts';
import { GitError } from './git-error.ts';
import type { Mirror } from './mirror.ts';

export interface TreeFile {
  /** Relative to the repository; the repository chose it: hostile. */
  readonly path: string;
  /** `100644`, `100755`, `120000` (symbolic link) or `160000` (submodule). */
  readonly mode: string;
  readonly sha: string;
  /** Bytes; 0 for a submodule. */
  readonly size: number;
}

const SYMLINK = '120000';
const SUBMODULE = '160000';
/** Git LFS promises that a pointer is smaller than this. */
const LFS_POINTER_BYTES = 1_024;
const ATTRIBUTES_READ = 200;
const POINTERS_READ = 20_000;
const PATHS_NAMED = 5;

/** Every file of a tree, folders left out. Throws UserError where the listing is larger than 64 MiB. */
export async function listFiles(mirror: Mirror, tree: string, signal?: AbortSignal): Promise<TreeFile[]> {
  try {
    const { stdout } = await mirror.git(['ls-tree', '-r', '-z', '-l', '--full-tree', tree], { signal });
    return parseListing(stdout.toString());
  } catch (error) {
    if (!(error instanceof GitError) || !error.overflow) throw error;
    throw new UserError(
      'The repository has more files than Codex lists (64 MiB of names).',
      'Plan a smaller repository.',
    );
  }
}

/** Output of `ls-tree -r -z -l`: `<mode> <type> <sha> <size>\t<path>` with NUL after each. */
export function parseListing(output: string): TreeFile[] {
  return output
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const tab = entry.indexOf('\t');
      const [mode = '', , sha = '', size = ''] = entry.slice(0, tab).split(/ +/);
      return { path: entry.slice(tab + 1), mode, sha, size: size === '-' ? 0 : Number(size) };
    });
}

/** Whether `path`, a file, a folder or a test's node id, is in a tree's listing. */
export function hasPath(listing: readonly TreeFile[], path: string): boolean {
  const wanted = posix.normalize(path.split('::', 1).join('')).replace(/\/$/, '');
  return wanted === '.' || listing.some((file) => file.path === wanted || file.path.startsWith(`${wanted}/`));
}

/**
 * The text of those `paths` that are files of the listed tree, or links to a file of it. Throws UserError where
 * they are too large (see `readBlobs`).
 */
export async function readFiles(
  mirror: Mirror,
  listing: readonly TreeFile[],
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const files = new Map(listing.map((file) => [file.path, file]));
  const wanted = paths.flatMap((path) => files.get(path) ?? []);
  const links = await readBlobs(
    mirror,
    wanted.filter(({ mode }) => mode === SYMLINK),
    signal,
  );
  const blobs = wanted.flatMap((file) => {
    const target = links.get(file.path);
    const real = target === undefined ? file : files.get(posix.join(posix.dirname(file.path), target));
    return real?.mode.startsWith('100') ? { ...real, path: file.path } : [];
  });
  return readBlobs(mirror, blobs, signal);
}

/** What a reader must know about a tree that is tested as it is: submodules and LFS files are not fetched. */
export async function remarks(
  mirror: Mirror,
  files: readonly TreeFile[],
  signal?: AbortSignal,
): Promise<string[]> {
  const submodules = files.filter(({ mode }) => mode === SUBMODULE).map(({ path }) => path);
  const pointers = await lfsPointers(mirror, files, signal);
  return [
    ...(submodules.length > 0
      ? [
          `${count(submodules, 'submodule is', 'submodules are')} not fetched, the folder is empty: ${named(submodules)}.`,
        ]
      : []),
    ...(pointers.length > 0
      ? [
          `${count(pointers, 'Git LFS file is', 'Git LFS files are')} not fetched; tests see pointer files: ${named(pointers)}.`,
        ]
      : []),
  ];
}

async function lfsPointers(
  mirror: Mirror,
  files: readonly TreeFile[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const small = files.filter(({ mode, size }) => mode.startsWith('100') && size < LFS_POINTER_BYTES);
  const attributes = files.filter(
    ({ path, size }) => posix.basename(path) === '.gitattributes' && size < 2 ** 20,
  );
  const declared = [...(await readBlobs(mirror, attributes.slice(0, ATTRIBUTES_READ), signal)).values()];
  if (!declared.some((text) => text.includes('filter=lfs'))) return [];
  const contents = await readBlobs(mirror, small.slice(0, POINTERS_READ), signal);
  return [...contents]
    .filter(([, text]) => text.startsWith('version https://git-lfs.github.com/spec/'))
    .map(([path]) => path);
}

function count(items: readonly string[], one: string, many: string): string {
  return `${items.length} ${items.length === 1 ? one : many}`;
}

function named(paths: readonly string[]): string {
  const first = paths.slice(0, PATHS_NAMED).map((path) => JSON.stringify(path));
  const rest = paths.length - first.length;
  return rest > 0 ? `${first.join(', ')} and ${rest} more` : first.join(', ');
}
