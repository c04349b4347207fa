/** The tree that would land: base and head merged by `git merge-tree`, with no work tree and no merge drivers. */
import { UserError } from '../../errors.ts';
import { GitError } from './git-error.ts';
import type { Mirror } from './mirror.ts';

export interface Merged {
  /** Tree id; with conflict markers in it where there are conflicts. */
  readonly tree: string;
  /** Paths that conflict, in git's order; empty where the merge is clean. Names are the repository's: hostile. */
  readonly conflicts: string[];
}

/**
 * Merges two commits. A head that base already has gives base's tree, a head on top of base gives head's. Throws
 * UserError where they share no history.
 */
export async function mergeTrees(
  mirror: Mirror,
  baseSha: string,
  headSha: string,
  signal?: AbortSignal,
): Promise<Merged> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', baseSha, headSha];
  try {
    const { stdout } = await mirror.git(args, { accept: [0, 1], signal });
    return parseMerged(stdout.toString());
  } catch (error) {
    if (!(error instanceof GitError) || !error.stderr.includes('unrelated histories')) throw error;
    throw new UserError(
      'Base and head share no history, so they cannot be merged.',
      'Rebase the branch onto its base (in a shallow clone: run `git fetch --unshallow` first).',
    );
  }
}

/** Output of `merge-tree -z --name-only --no-messages`: the tree, then one path a conflict, each NUL-terminated. */
export function parseMerged(output: string): Merged {
  const [tree = '', ...paths] = output.split('\0');
  if (!/^[0-9a-f]{40}$/.test(tree)) throw new Error('git merge-tree printed no tree');
  return { tree, conflicts: paths.filter((path) => path !== '') };
}
