import { expectMatch } from '../expectation.ts';
import { inTerminal } from '../markdown.ts';
import type { Stage } from '../stage.ts';
import { livingComment } from './living-comment.ts';
import type { PullRequest } from './open-pull-request.ts';

/** However many commands there were: one comment of Codex. */
export async function showConversation(stage: Stage, pull: PullRequest): Promise<void> {
  const { github, terminal } = stage;
  terminal.heading(`The one comment of ${github.botLogin}, edited in place`);
  const body = await livingComment(stage, pull);
  terminal.quote(inTerminal(body, terminal, { unfolded: true }));
  expectMatch('The comment', body, /### 🚢 Merged into `main`/);
  expectMatch('The comment', body, /### ✅ 13 passed/);
  expectMatch('The comment', body, /History of runs \(3\)/);
}
