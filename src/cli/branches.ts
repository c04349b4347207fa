import { UserError } from '../errors.ts';
import type { Branches } from '../plan/source/branches.ts';

/** What a repository's main branch is usually called, most usual first. */
const USUAL_BASES = ['main', 'master', 'trunk', 'develop'];

interface Wanted {
  readonly head?: string;
  readonly base?: string;
}

/** The commit to test and the branch it would land on. Pure. Throws `UserError` where a name is not there. */
export function chooseBranches(
  { head, branches }: Branches,
  wanted: Wanted,
): { headSha: string; baseRef: string } {
  const headSha = wanted.head === undefined ? head?.sha : branches.get(wanted.head);
  if (headSha === undefined) {
    throw wanted.head === undefined
      ? new UserError('The repository has no commit.', 'Commit something first.')
      : noBranch(wanted.head, branches);
  }
  const baseRef = wanted.base ?? USUAL_BASES.find((name) => branches.has(name)) ?? head?.branch;
  if (!baseRef) throw new UserError('The repository has no usual base branch.', 'Name one with --base.');
  if (!branches.has(baseRef)) throw noBranch(baseRef, branches);
  return { headSha, baseRef };
}

function noBranch(name: string, branches: Branches['branches']): UserError {
  const known = [...branches.keys()].slice(0, 20).join(', ');
  return new UserError(`The repository has no branch "${name}".`, `It has: ${known || 'none'}.`);
}
