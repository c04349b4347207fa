import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

export interface CommitAuthor {
  readonly name: string;
  readonly email: string;
  /** Null: GitHub knows no account of that address, or it is of a co-author. */
  readonly login: string | null;
}

export interface PullCommit {
  readonly sha: string;
  readonly message: string;
  /** The author, then those whom `Co-authored-by` trailers name. Whoever wrote the commit chose all of it. */
  readonly authors: readonly CommitAuthor[];
}

const commits = z.array(
  z
    .object({
      sha: z.string(),
      commit: z.object({
        message: z.string(),
        author: z.object({ name: z.string().optional(), email: z.string().optional() }).nullable(),
      }),
      // GitHub: an empty object, or null, where it knows no account.
      author: z.object({ login: z.string().optional() }).nullable(),
    })
    .transform(({ sha, commit, author }): PullCommit => {
      const { name = '', email = '' } = commit.author ?? {};
      const first = { name, email, login: author?.login ?? null };
      const authors = [...(email ? [first] : []), ...coAuthors(commit.message)];
      return { sha, message: commit.message, authors };
    }),
);

/** The commits of a pull request, oldest first; GitHub lists no more than 250. */
export async function listPullCommits(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
): Promise<PullCommit[]> {
  const data = await octokit.paginate(octokit.rest.pulls.listCommits, {
    ...name,
    pull_number: number,
    per_page: 100,
  });
  return commits.parse(data);
}

const CO_AUTHOR = /^co-authored-by:([^<>]*)<([^<>\s]+)>\s*$/i;

function coAuthors(message: string): CommitAuthor[] {
  return message.split('\n').flatMap((line) => {
    const [, stated = '', email] = CO_AUTHOR.exec(line) ?? [];
    const name = stated.trim();
    return name && email ? [{ name, email, login: null }] : [];
  });
}
