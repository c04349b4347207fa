import { untilLanded } from '../command.ts';
import { expectMatch } from '../expectation.ts';
import { governed, livingComment, openPull, type PullRequest } from '../pull-request.ts';
import { AUTHOR, REVIEWER, type Stage } from '../stage.ts';
import { README } from './open-approved.ts';

/** Meanwhile another pull request lands, which nobody planned: what the first one was tested on is no longer main. */
export async function landAnother(stage: Stage, waiting: PullRequest): Promise<void> {
  const { github, terminal } = stage;
  const { repository } = waiting;
  const other = await openPull(repository, { ...README, author: REVIEWER });
  const { number } = other;
  terminal.heading(
    `Meanwhile ${REVIEWER} opens #${number}, ${AUTHOR} approves, ${REVIEWER} comments: /codex pr`,
  );
  await governed(stage, other);
  await repository.reviews.approve(number, AUTHOR);
  const comment = await repository.comment(number, REVIEWER, '/codex pr');
  const ended = await untilLanded(stage, other, { comment, timeline: null });
  terminal.fact('check run', `codex/pr ${ended.conclusion}: ${ended.output.title}`);
  const body = await github.until('what the first merge waits for now', async () => {
    const text = await livingComment(stage, waiting);
    return text.includes('which is at') && text;
  });
  const reason = expectMatch('What it waits for', body, /(`codex\/plan` tested it on .* now\.)/);
  terminal.fact(`#${waiting.number}`, reason.replaceAll('`', ''));
}
