import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { loginOf } from './login.ts';

export interface NewIssue {
  readonly title: string;
  /** Markdown that begins with the marker. */
  readonly body: string;
  /** A hidden text that only this issue carries. */
  readonly marker: string;
  /** Names; GitHub creates those that it does not know. */
  readonly labels: readonly string[];
}

const listedIssue = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
});

/**
 * The number of the issue of Codex that begins with the marker, opened where there is none, however often it is called.
 * One that people closed counts: it stays closed.
 */
export async function openIssueOnce(
  octokit: Octokit,
  name: RepositoryName,
  { title, body, marker, labels }: NewIssue,
): Promise<number> {
  if (!body.startsWith(marker))
    throw new Error('The issue does not begin with its marker: it would never be found.');
  const found = await findOwnIssue(octokit, name, marker);
  if (found !== null) return found.number;
  const { data } = await octokit.rest.issues.create({ ...name, title, body, labels: [...labels] });
  return data.number;
}

/**
 * The issue of Codex that begins with the marker: anybody can copy a marker, and Codex quotes strangers further down.
 * Null where there is none.
 */
export async function findOwnIssue(
  octokit: Octokit,
  name: RepositoryName,
  marker: string,
): Promise<{ readonly number: number; readonly state: 'open' | 'closed' } | null> {
  const self = await loginOf(octokit);
  const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
    ...name,
    creator: self,
    state: 'all',
    per_page: 100,
  });
  for await (const { data } of pages) {
    const own = z
      .array(listedIssue)
      .parse(data)
      .find((issue) => issue.user?.login === self && issue.body?.startsWith(marker));
    if (own) return own;
  }
  return null;
}
