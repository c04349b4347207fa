/** Keeps a mirror from growing with every pull request it ever saw. */
import type { Mirror } from './mirror.ts';

const HEADS = 'refs/codex/head/';

/**
 * Lets go of the heads of plans that ended, and packs the mirror where git finds that worth it. Takes its turn
 * with fetches. `needed` gives the head SHAs of plans that have not ended; it is asked when the turn has come, so a
 * plan that is stored before it fetches keeps its head. Objects younger than two weeks are never deleted.
 */
export function maintain(
  mirror: Mirror,
  needed: () => ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<void> {
  return mirror.exclusively(async () => {
    const { stdout } = await mirror.git(['for-each-ref', '--format=%(refname)', HEADS], { signal });
    const keep = needed();
    const ended = stdout
      .toString()
      .split('\n')
      .filter((name) => name !== '' && !keep.has(name.slice(HEADS.length)));
    await mirror.git(['update-ref', '--stdin'], {
      input: ended.map((name) => `delete ${name}\n`).join(''),
      signal,
    });
    const limits = ['-c', 'gc.auto=2000', '-c', 'gc.autoPackLimit=20', '-c', 'gc.autoDetach=false'];
    await mirror.git([...limits, 'gc', '--auto', '--cruft', '--quiet'], { timeoutMs: 30 * 60_000, signal });
  }, signal);
}
