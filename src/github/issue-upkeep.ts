/** One issue that is kept up: opened, updated in place, closed, and opened again. */
import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { unlessGone } from './failure.ts';
import { findOwnIssue, type NewIssue } from './issue.ts';

const kept = z.object({ number: z.int(), state: z.enum(['open', 'closed']) });

/** The issue as it was last known, from the database; null: find it by its marker. */
interface Known {
  readonly knownNumber: number | null;
}

/** What was done, and the issue's number. */
interface KeptUp {
  readonly number: number;
  readonly did: 'opened' | 'updated' | 'reopened';
}

/** Makes the one issue that carries the marker open, and read `body`. Labels are set where it is opened first. */
export async function keepIssueOpen(
  octokit: Octokit,
  name: RepositoryName,
  { knownNumber, ...issue }: NewIssue & Known,
): Promise<KeptUp> {
  const found = await find(octokit, name, knownNumber, issue.marker);
  const { title, body } = issue;
  if (found === null) {
    const { data } = await octokit.rest.issues.create({ ...name, title, body, labels: [...issue.labels] });
    return { number: data.number, did: 'opened' };
  }
  const { number } = found;
  await octokit.rest.issues.update({ ...name, issue_number: number, title, body, state: 'open' });
  return { number, did: found.state === 'open' ? 'updated' : 'reopened' };
}

/** Closes the issue after its last words, which `before` writes, and gives its number; null where none is open. */
export async function closeIssue(
  octokit: Octokit,
  name: RepositoryName,
  {
    knownNumber,
    marker,
    before,
  }: Pick<NewIssue, 'marker'> & Known & { readonly before: (number: number) => Promise<unknown> },
): Promise<number | null> {
  const found = await find(octokit, name, knownNumber, marker);
  if (found?.state !== 'open') return null;
  const { number } = found;
  await before(number);
  const closed = { state: 'closed', state_reason: 'completed' } as const;
  await octokit.rest.issues.update({ ...name, issue_number: number, ...closed });
  return number;
}

/** An issue that was deleted, or moved elsewhere, is none. */
async function find(octokit: Octokit, name: RepositoryName, knownNumber: number | null, marker: string) {
  if (knownNumber === null) return findOwnIssue(octokit, name, marker);
  const answer = await unlessGone(octokit.rest.issues.get({ ...name, issue_number: knownNumber }));
  const known = answer && kept.parse(answer.data);
  // Where it was moved, GitHub answers with what it is in the other repository, by its number there.
  return known?.number === knownNumber ? known : findOwnIssue(octokit, name, marker);
}
