import type { Octokit, RepositoryName } from './client.ts';
import { unlessGone } from './failure.ts';
import { loginOf } from './login.ts';

export interface OwnComment {
  /** A hidden text that only this kind of comment carries. */
  readonly marker: string;
  /** Markdown that begins with the marker, at most 65,536 characters. */
  readonly body: string;
  /** The comment as it was last known, from the database. */
  readonly knownId: number | null;
}

const LONGEST_BODY = 65_536;

/**
 * Makes the one comment of Codex on a pull request read `body`, and gives its id. It edits the known comment, else
 * the one that begins with the marker and was written by Codex, else writes a new one: anybody can copy a marker, and
 * Codex quotes strangers further down.
 */
export async function upsertComment(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
  { marker, body, knownId }: OwnComment,
): Promise<number> {
  if (!body.startsWith(marker))
    throw new Error('The comment does not begin with its marker: it would never be found.');
  if (body.length > LONGEST_BODY) throw new Error(`The comment has more than ${LONGEST_BODY} characters.`);
  if (knownId !== null && (await edit(octokit, name, knownId, body))) return knownId;
  const found = await findOwn(octokit, name, number, marker);
  if (found !== null && (await edit(octokit, name, found, body))) return found;
  const { data } = await octokit.rest.issues.createComment({ ...name, issue_number: number, body });
  return data.id;
}

/** False where the comment was deleted. */
async function edit(octokit: Octokit, name: RepositoryName, id: number, body: string): Promise<boolean> {
  return (await unlessGone(octokit.rest.issues.updateComment({ ...name, comment_id: id, body }))) !== null;
}

async function findOwn(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
  marker: string,
): Promise<number | null> {
  const self = await loginOf(octokit);
  const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
    ...name,
    issue_number: number,
    per_page: 100,
  });
  for await (const { data } of pages) {
    const own = data.find((comment) => comment.body?.startsWith(marker) && comment.user?.login === self);
    if (own) return own.id;
  }
  return null;
}
