/** Which freezes concern a pull request, by the files it changes. Pure. */
import type { PullFiles } from '../github/pull-files.ts';
import { matchesBranch } from './governance/branch-pattern.ts';
import type { Freeze } from './snapshot.ts';

/** Whether one of `paths` is meant by one of `patterns`, which are written as those of branches. */
export function touches(patterns: readonly string[], paths: readonly string[]): boolean {
  return paths.some((path) => patterns.some((pattern) => matchesBranch(pattern, path)));
}

/** Where GitHub does not list all files, each of them may be frozen. */
export function concerning(freezes: readonly Freeze[], { paths, complete }: PullFiles): Freeze[] {
  return freezes.filter((freeze) => freeze.paths === null || !complete || touches(freeze.paths, paths));
}
