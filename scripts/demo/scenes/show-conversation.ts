import { expectEqual, expectMatch } from '../expectation.ts';
import { inTerminal } from '../markdown.ts';
import type { Stage } from '../stage.ts';
import type { PullRequest } from './open-pull-request.ts';

/** However many commands there were: one comment of Codex. */
export async function showConversation({ github, terminal }: Stage, pull: PullRequest): Promise<void> {
  const comments = await pull.repository.comments(pull.number);
  const ours = comments.filter(({ user }) => user.login === github.botLogin);
  terminal.heading(`The one comment of ${github.botLogin}, edited in place`);
  const body = ours.map((comment) => comment.body).join('\n');
  terminal.quote(inTerminal(body, terminal, { unfolded: true }));
  expectEqual('The number of comments by Codex', ours.length, 1);
  expectMatch('The comment', body, /### ✅ 13 passed/);
  expectMatch('The comment', body, /History of runs \(2\)/);
}
