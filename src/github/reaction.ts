import type { Octokit, RepositoryName } from './client.ts';
import { unlessGone } from './failure.ts';

export type Reaction = 'eyes' | 'rocket' | '+1' | '-1' | 'confused';

/** Puts Codex's reaction on a comment of a pull request; one that is there stays as it is, and a comment may be gone. */
export async function react(
  octokit: Octokit,
  name: RepositoryName,
  commentId: number,
  reaction: Reaction,
): Promise<void> {
  // GitHub answers 200 where the reaction exists: unlike other POSTs this one may be repeated.
  const request = { retries: 2 };
  const sent = { ...name, comment_id: commentId, content: reaction, request };
  await unlessGone(octokit.rest.reactions.createForIssueComment(sent));
}
