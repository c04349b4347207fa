/** Contents of files by their object ids: one `git cat-file --batch` for all of them. */
import { UserError } from '../../errors.ts';
import type { Mirror } from './mirror.ts';

const FILE_LIMIT = 8 * 2 ** 20;
const TOTAL_LIMIT = 32 * 2 ** 20;

export interface Blob {
  readonly path: string;
  readonly sha: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * The text of each blob by its path, as UTF-8. Throws UserError where one is larger than 8 MiB or all of them are
 * larger than 32 MiB: nothing is read then.
 */
export async function readBlobs(
  mirror: Mirror,
  blobs: readonly Blob[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  if (blobs.length === 0) return new Map();
  const large = blobs.find(({ size }) => size > FILE_LIMIT);
  if (large) throw tooLarge(`The file ${JSON.stringify(large.path)} is larger than 8 MiB`);
  if (blobs.reduce((sum, { size }) => sum + size, 0) > TOTAL_LIMIT)
    throw tooLarge('The files that say how to install the project are larger than 32 MiB together');
  const { stdout } = await mirror.git(['cat-file', '--batch'], {
    input: blobs.map(({ sha }) => `${sha}\n`).join(''),
    maxBytes: TOTAL_LIMIT + blobs.length * 100,
    signal,
  });
  const contents = parseBatch(stdout);
  return new Map(blobs.map(({ path }, index) => [path, contents[index] ?? '']));
}

function tooLarge(what: string): UserError {
  return new UserError(
    `${what}, which is more than Codex reads.`,
    'Make it smaller, or name other files in `.github/codex.yml`.',
  );
}

/** Output of `cat-file --batch`: for each object `<sha> <type> <size>\n<contents>\n`. */
export function parseBatch(output: Buffer): string[] {
  const contents: string[] = [];
  for (let at = 0; at < output.length; ) {
    const lineEnd = output.indexOf('\n', at);
    const size = Number(output.toString('latin1', at, lineEnd).split(' ')[2]);
    if (lineEnd < 0 || !Number.isSafeInteger(size))
      throw new Error('git cat-file answered without an object');
    contents.push(output.toString('utf8', lineEnd + 1, lineEnd + 1 + size));
    at = lineEnd + 1 + size + 1;
  }
  return contents;
}
