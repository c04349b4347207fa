/**
 * What git's last words mean to a person. Pure: the caller throws. Words that are not known here are an outage,
 * and trying again is the answer to that.
 */
import { UserError } from '../../errors.ts';

interface Fetched {
  readonly headSha: string;
  readonly baseRef: string;
}

const MEANINGS: readonly [RegExp, (plan: Fetched) => UserError][] = [
  [
    /couldn't find remote ref refs\/heads\//,
    ({ baseRef }) =>
      new UserError(
        `The base branch ${JSON.stringify(baseRef)} is not in the repository any more.`,
        'Choose another base branch for the pull request, then comment `/codex plan` again.',
      ),
  ],
  [
    /not our ref|unadvertised object|no such remote ref|bad object [0-9a-f]{40}/,
    ({ headSha }) =>
      new UserError(
        `The commit ${headSha.slice(0, 12)} cannot be fetched: the head moved or was force-pushed away.`,
        'Comment `/codex plan` again to plan the head as it is now.',
      ),
  ],
  [
    /repository '.*' not found|Repository not found|does not appear to be a git repository|returned error: 410/,
    () =>
      new UserError(
        'The repository is not there, or Codex has no access to it.',
        'Check that it exists and that the Codex App is installed on it with read access to its contents.',
      ),
  ],
  [
    /could not read Username|Authentication failed|returned error: 40[13]/,
    () =>
      new UserError(
        'The repository refused the access.',
        'Check that the Codex App is installed on the repository with read access to its contents.',
      ),
  ],
  [
    /returned error: 30[1278]|update url base from redirection/,
    () =>
      new UserError(
        'The repository answers at another address: it was renamed or transferred.',
        'Comment `/codex plan` again; the new name is used from then on.',
      ),
  ],
  [
    /from promisor remote|lazy fetching disabled/,
    () =>
      new UserError(
        'The repository is a partial clone: objects of it are missing.',
        'Plan a full clone; `git fetch --refetch --no-filter` makes this one full.',
      ),
  ],
  [
    /fsck error|fsck of packed objects failed|mismatched algorithms/i,
    () =>
      new UserError(
        'The repository holds objects that git considers malformed or dangerous, or has a format other than SHA-1.',
        'Run `git fsck` in a clone to see which; a path such as `.git` or `..` inside a commit is refused.',
      ),
  ],
];

/** The error a person is told for git's `stderr` of a failed fetch; null where it is worth trying again. */
export function explainFetch(stderr: string, plan: Fetched): UserError | null {
  return MEANINGS.find(([words]) => words.test(stderr))?.[1](plan) ?? null;
}
