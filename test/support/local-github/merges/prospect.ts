/** What a pull request would bring to its base now, by real git. */
import type { BareRepository } from '../bare-repository.ts';

export interface Prospect {
  /** The base's tip that this was computed on, and the pull request's head. */
  readonly base: string;
  readonly head: string;
  /** Null: the two conflict. */
  readonly tree: string | null;
}

export interface ChangedFile {
  readonly sha: string;
  readonly filename: string;
  readonly status: 'added' | 'removed' | 'modified';
  readonly additions: number;
  readonly deletions: number;
}

/** Merges `head` into the tip of `baseRef`, in memory. The base must exist. */
export async function prospectOf(bare: BareRepository, baseRef: string, head: string): Promise<Prospect> {
  const base = await bare.sha(`refs/heads/${baseRef}`);
  if (base === null) throw new Error(`There is no branch ${baseRef}.`);
  const tree = await bare.mergedTree(base, head);
  return { base, head, tree };
}

/** The tip of the base; null unless base and head are both there, as a base branch may be deleted. */
export async function baseOf(bare: BareRepository, baseRef: string, head: string): Promise<string | null> {
  const [base, headThere] = await Promise.all([bare.sha(`refs/heads/${baseRef}`), bare.sha(head)]);
  return headThere === null ? null : base;
}

/** The files that the head changed since it left the base; none where one of the two is gone. */
export async function changedFiles(
  bare: BareRepository,
  baseRef: string,
  head: string,
): Promise<ChangedFile[]> {
  const base = await baseOf(bare, baseRef, head);
  if (base === null) return [];
  const shown = await bare.gitOnce([
    ...['diff', '--raw', '--numstat', '--no-abbrev', '--no-renames', '-z'],
    `${base}...${head}`,
  ]);
  // For each file two fields, what changed and its path; then one for each, its counts.
  const fields = shown.split('\0').filter(Boolean);
  const counts = fields.slice((fields.length / 3) * 2);
  return counts.map((line, index): ChangedFile => {
    const [additions = '0', deletions = '0', filename = ''] = line.split('\t');
    const [, , before = '', after = '', status = 'M'] = (fields[index * 2] ?? '').split(' ');
    return {
      sha: status === 'D' ? before : after,
      filename,
      status: STATUS[status] ?? 'modified',
      additions: Number(additions) || 0,
      deletions: Number(deletions) || 0,
    };
  });
}

const STATUS: Readonly<Record<string, ChangedFile['status']>> = { A: 'added', D: 'removed' };

/** The SHAs of the commits between base and head, oldest first; none where one of the two is gone. */
export async function commitsOf(bare: BareRepository, baseRef: string, head: string): Promise<string[]> {
  const base = await baseOf(bare, baseRef, head);
  if (base === null) return [];
  const listed = await bare.gitOnce(['rev-list', '--reverse', `${base}..${head}`]);
  return listed.split('\n').filter(Boolean);
}
