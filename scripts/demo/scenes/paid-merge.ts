import { execa } from 'execa';
import { codexctl } from '../codexctl.ts';
import { expectEqual, expectMatch } from '../expectation.ts';
import { checkRunInTerminal } from '../markdown.ts';
import { AUTHOR, type Stage } from '../stage.ts';
import { Timeline } from '../timeline.ts';
import { checkRun } from './check-run.ts';
import { livingComment } from './living-comment.ts';
import type { PullRequest } from './open-pull-request.ts';
import { LONGEST_PLAN } from './plan.ts';

/** The same comment again: what would land is tested, and lands. What that used is counted. */
export async function paidMerge(stage: Stage, pull: PullRequest): Promise<void> {
  const { github, terminal, environment } = stage;
  const { repository, number, head, title } = pull;
  terminal.heading(`${AUTHOR} comments again: /codex pr`);
  const timeline = new Timeline(github, terminal);
  const comment = await repository.comment(number, AUTHOR, '/codex pr');
  const receipt = await github.until(
    'the merge and its reaction',
    async () => {
      if (!timeline.tellDelivery(comment) || !(await timeline.tell())) return null;
      const run = await checkRun(repository, head, 'codex/pr');
      return repository.reactions(comment).length > 1 && run?.status === 'completed' && run;
    },
    LONGEST_PLAN,
  );
  terminal.heading('The receipt names what allowed it');
  checkRunInTerminal(terminal, receipt, { unfolded: false });
  expectEqual('The reactions to /codex pr', repository.reactions(comment), ['eyes', 'rocket']);
  expectEqual('The conclusion of the merge', receipt.conclusion, 'success');
  expectMatch('Its entitlement', receipt.output.summary ?? '', /Entitlement: .* the subscription is active/);
  const main = await execa('git', ['log', '-1', '--format=%s', 'main'], { cwd: repository.directory });
  expectEqual('The title of what landed', main.stdout, `${title} (#${number})`);
  terminal.heading('codexctl usage');
  const body = await livingComment(stage, pull);
  expectMatch('The comment', body, /[\d.]+ of 600 sandbox minutes used this month/);
  const usage = await codexctl(['usage'], environment);
  expectMatch('codexctl usage', usage, /^acme +1 run /m);
  terminal.quote(usage);
}
