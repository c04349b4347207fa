import { expectEqual } from '../expectation.ts';
import { checkRunInTerminal } from '../markdown.ts';
import type { Stage } from '../stage.ts';
import type { PullRequest } from './open-pull-request.ts';
import { type PlanEnd, planByComment } from './plan.ts';

/** The bug is found: which tests it breaks, which failed before and which is flaky. */
export async function planChange(stage: Stage, pull: PullRequest): Promise<PlanEnd> {
  const { terminal } = stage;
  const end = await planByComment(stage, pull, { head: pull.head, lastReaction: '-1' });
  terminal.heading('The check run codex/plan, as it stands on that GitHub');
  checkRunInTerminal(terminal, end.run, { unfolded: true });
  expectEqual('The verdict on the bug', end.run.conclusion, 'failure');
  expectEqual('The annotations', end.places, [
    'tests/test_signals.py:12 failure, caused by this change',
    'tests/test_signals.py:17 failure, caused by this change',
    'tests/test_portfolio.py:37 warning, already failing on base',
    'tests/test_portfolio.py:20 warning, flaky',
  ]);
  return end;
}
