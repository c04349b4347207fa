/** What is where in a remote, asked without fetching: for `codexctl plan`, which is given names. */
import { UserError } from '../../errors.ts';
import type { Mirror } from './mirror.ts';
import { type Remote, remoteEnvironment } from './remote.ts';

export interface Branches {
  /** The commit that is checked out, and its branch; null where HEAD is detached or there is no commit. */
  readonly head: { readonly sha: string; readonly branch: string | null } | null;
  /** Commit ids by branch name. */
  readonly branches: ReadonlyMap<string, string>;
}

/** Lists the branches of `remote`. Throws UserError where there is no repository to read. */
export async function listBranches(mirror: Mirror, remote: Remote, signal?: AbortSignal): Promise<Branches> {
  const args = ['ls-remote', '--symref', remote.url, 'HEAD', 'refs/heads/*'];
  const { status, stdout } = await mirror.git(args, {
    environment: await remoteEnvironment(remote),
    accept: [0, 128],
    signal,
  });
  if (status === 0) return parseBranches(stdout.toString());
  throw new UserError(
    `There is no readable git repository at ${remote.url}.`,
    'Give the path of a git repository.',
  );
}

/** Output of `ls-remote --symref`: `<sha>\t<ref>` a line, and `ref: <ref>\tHEAD` where HEAD is on a branch. */
function parseBranches(listing: string): Branches {
  const rows = listing
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const prefix = 'refs/heads/';
  const branches = rows.flatMap(([sha = '', name = '']) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), sha] as const] : [],
  );
  const symbolic = rows.find(
    ([target = '', name]) => name === 'HEAD' && target.startsWith(`ref: ${prefix}`),
  )?.[0];
  const sha = rows.find(([target = '', name]) => name === 'HEAD' && !target.startsWith('ref: '))?.[0];
  const branch = symbolic?.slice(`ref: ${prefix}`.length) ?? null;
  return { head: sha === undefined ? null : { sha, branch }, branches: new Map(branches) };
}
