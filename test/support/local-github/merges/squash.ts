/** The commit GitHub makes of a pull request: one parent, written by the pull request's author, committed by GitHub. */
import type { BareRepository } from '../bare-repository.ts';
import type { TrackedPull } from '../pulls.ts';
import type { Prospect } from './prospect.ts';

/** Gives the new commit's SHA; no ref points to it yet. */
export async function squash(
  bare: BareRepository,
  { author }: TrackedPull,
  { base, tree }: Prospect,
  message: string,
): Promise<string> {
  const at = `${Math.floor(Date.now() / 1000)} +0000`;
  const lines = [
    `tree ${tree}`,
    `parent ${base}`,
    `author ${author.login} <${author.id}+${author.login}@users.noreply.github.com> ${at}`,
    `committer GitHub <noreply@github.com> ${at}`,
    '',
    `${message}\n`,
  ];
  return bare.git(['hash-object', '-t', 'commit', '-w', '--stdin'], lines.join('\n'));
}

/** GitHub's own words where the request has none. */
export function squashMessage(
  pull: { readonly number: number; readonly title: string },
  asked: { readonly commit_title?: string | undefined; readonly commit_message?: string | undefined },
): string {
  const title = asked.commit_title ?? `${pull.title} (#${pull.number})`;
  return asked.commit_message ? `${title}\n\n${asked.commit_message}` : title;
}
