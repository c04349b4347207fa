import { expectEqual } from '../expectation.ts';
import type { Stage } from '../stage.ts';
import type { PullRequest } from './open-pull-request.ts';

/** The text of Codex's comment on a pull request: however many commands there were, there is one. */
export async function livingComment({ github }: Stage, { repository, number }: PullRequest): Promise<string> {
  const comments = await repository.comments(number);
  const ours = comments.filter(({ user }) => user.login === github.botLogin);
  expectEqual('The number of comments by Codex', ours.length, 1);
  return ours.map(({ body }) => body).join('');
}
