import type { Octokit, RepositoryName } from './client.ts';

export type Reaction = 'eyes' | 'rocket' | '+1' | '-1' | 'confused';

/** Puts Codex's reaction on a comment of a pull request; one that is there already stays as it is. */
export async function react(
  octokit: Octokit,
  name: RepositoryName,
  commentId: number,
  reaction: Reaction,
): Promise<void> {
  await octokit.rest.reactions.createForIssueComment({
    ...name,
    comment_id: commentId,
    content: reaction,
    // GitHub answers 200 where the reaction exists: unlike other POSTs this one may be repeated.
    request: { retries: 2 },
  });
}
