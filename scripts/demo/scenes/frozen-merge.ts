import { expectMatch } from '../expectation.ts';
import { inTerminal } from '../markdown.ts';
import { AUTHOR, type Stage } from '../stage.ts';
import { Timeline } from '../timeline.ts';
import { checkRun } from './check-run.ts';
import { livingComment } from './living-comment.ts';
import type { PullRequest } from './open-pull-request.ts';

/** A comment `/codex pr` while a position is open: it waits, and says why. Gives the comment's id. */
export async function frozenMerge(stage: Stage, pull: PullRequest): Promise<number> {
  const { github, terminal } = stage;
  const { repository, number, head } = pull;
  terminal.heading(`${AUTHOR} comments: /codex pr`);
  const timeline = new Timeline(github, terminal);
  const comment = await repository.comment(number, AUTHOR, '/codex pr');
  const body = await github.until('what the merge waits for', async () => {
    if (!timeline.tellDelivery(comment) || !(await timeline.tell())) return null;
    const waiting = await checkRun(repository, head, 'codex/pr');
    const text = await livingComment(stage, pull);
    return waiting?.output.title?.startsWith('Waiting') && text.includes('Waiting to merge') && text;
  });
  const section = expectMatch('The comment', body, /(### ⏳ Waiting to merge[\s\S]*?)\n\n### /);
  expectMatch('Why it waits', section, /`crossover` sent `position_open` at/);
  expectMatch('Until when it waits', section, /It ends at .* UTC;/);
  terminal.quote(inTerminal(section, terminal, { unfolded: true }));
  return comment;
}
