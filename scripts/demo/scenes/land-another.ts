import { expectEqual, expectMatch } from '../expectation.ts';
import { AUTHOR, REVIEWER, type Stage } from '../stage.ts';
import { checkRun, governed } from './check-run.ts';
import { livingComment } from './living-comment.ts';
import type { PullRequest } from './open-pull-request.ts';
import { LONGEST_PLAN } from './plan.ts';

const BRANCH = 'feature/BOT-8';
const TITLE = 'Say how the tests are run';

/** Meanwhile another pull request lands, which nobody planned: what the first one was tested on is no longer main. */
export async function landAnother(stage: Stage, waiting: PullRequest): Promise<void> {
  const { github, terminal } = stage;
  const { repository } = waiting;
  const files = {
    'README.md': '# crossover\n\nA moving-average crossover strategy. Test it with `pytest`.\n',
  };
  const other = await repository.push(BRANCH, files, { author: REVIEWER, message: TITLE });
  const number = await repository.openPull({ head: BRANCH, title: TITLE, author: REVIEWER });
  terminal.heading(
    `Meanwhile ${REVIEWER} opens #${number}, ${AUTHOR} approves, ${REVIEWER} comments: /codex pr`,
  );
  await governed(stage, repository, other);
  await repository.reviews.approve(number, AUTHOR);
  const comment = await repository.comment(number, REVIEWER, '/codex pr');
  const ended = await github.until(
    `the merge of #${number}`,
    async () => {
      const run = await checkRun(repository, other, 'codex/pr');
      return repository.reactions(comment).length > 1 && run?.status === 'completed' && run;
    },
    LONGEST_PLAN,
  );
  expectEqual(`The merge of #${number}`, ended.conclusion, 'success');
  terminal.fact('check run', `codex/pr ${ended.conclusion}: ${ended.output.title}`);
  const body = await github.until('what the first merge waits for now', async () => {
    const text = await livingComment(stage, waiting);
    return text.includes('which is at') && text;
  });
  const reason = expectMatch('What it waits for', body, /(`codex\/plan` tested it on .* now\.)/);
  terminal.fact(`#${waiting.number}`, reason.replaceAll('`', ''));
}
