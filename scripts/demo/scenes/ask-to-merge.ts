import { comment } from '../command.ts';
import { expectMatch } from '../expectation.ts';
import { inTerminal } from '../markdown.ts';
import { checkRun, livingComment, type PullRequest } from '../pull-request.ts';
import type { Stage } from '../stage.ts';

/** A comment `/codex pr`: it waits, and gives each of the `reasons`. Gives the comment's id. */
export async function askToMerge(
  stage: Stage,
  pull: PullRequest,
  reasons: readonly RegExp[],
): Promise<number> {
  const { github, terminal } = stage;
  const { comment: id, timeline } = await comment(stage, pull, '/codex pr');
  const body = await github.until('what the merge waits for', async () => {
    if (!(await timeline.tell())) return null;
    const waiting = await checkRun(pull, 'codex/pr');
    const text = await livingComment(stage, pull);
    return waiting?.output.title?.startsWith('Waiting') && text.includes('Waiting to merge') && text;
  });
  const section = expectMatch('The comment', body, /(### ⏳ Waiting to merge[\s\S]*?)\n\n### /);
  for (const reason of reasons) expectMatch('What it waits for', section, reason);
  terminal.quote(inTerminal(section, terminal, { unfolded: true }));
  return id;
}
