import { expectEqual } from '../expectation.ts';
import { checkRunInTerminal } from '../markdown.ts';
import type { Stage } from '../stage.ts';
import { Timeline } from '../timeline.ts';
import { relay } from '../tradingview.ts';
import { checkRun } from './check-run.ts';
import type { PullRequest } from './open-pull-request.ts';
import { LONGEST_PLAN } from './plan.ts';
import { STRATEGY } from './position-opens.ts';

/** The strategy is flat again: what waited lands by itself. `comment`: the id of the comment `/codex pr`. */
export async function goesFlat(stage: Stage, pull: PullRequest, comment: number): Promise<void> {
  const { github, terminal } = stage;
  const { repository, head } = pull;
  terminal.heading(`The strategy ${STRATEGY} is flat: a relay runs codexctl tradingview send`);
  const timeline = new Timeline(github, terminal);
  await relay(stage, { repository: repository.fullName, strategy: STRATEGY, alert: 'flat' });
  const receipt = await github.until(
    'the merge and its reaction',
    async () => {
      if (!(await timeline.tell())) return null;
      const run = await checkRun(repository, head, 'codex/pr');
      return repository.reactions(comment).length > 1 && run?.status === 'completed' && run;
    },
    LONGEST_PLAN,
  );
  expectEqual('The reactions to /codex pr', repository.reactions(comment), ['eyes', 'rocket']);
  expectEqual('The conclusion of the merge', receipt.conclusion, 'success');
  const governance = await checkRun(repository, head, 'codex/governance');
  expectEqual('codex/governance', governance?.conclusion, 'success');
  terminal.heading('The receipt: the check run codex/pr, as it stands on that GitHub');
  checkRunInTerminal(terminal, receipt, { unfolded: false });
}
