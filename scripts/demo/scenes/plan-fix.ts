import { expectEqual } from '../expectation.ts';
import { checkRunInTerminal } from '../markdown.ts';
import { projectFiles } from '../project.ts';
import { AUTHOR, type Stage } from '../stage.ts';
import { governed } from './check-run.ts';
import type { PullRequest } from './open-pull-request.ts';
import { planByComment } from './plan.ts';

/** The fix is pushed and planned: what main itself has to mend does not count. Gives the SHA of the fix. */
export async function planFix(stage: Stage, pull: PullRequest): Promise<string> {
  const { terminal } = stage;
  const message = 'Mend the sign';
  const head = await pull.repository.push(pull.branch, await projectFiles('fix'), {
    author: AUTHOR,
    message,
  });
  terminal.heading(`${AUTHOR} pushes the fix, ${head.slice(0, 7)}`);
  await governed(stage, pull.repository, head);
  const { run, places } = await planByComment(stage, pull, { head, lastReaction: 'rocket' });
  terminal.heading('The check run of the fix');
  checkRunInTerminal(terminal, run, { unfolded: false });
  expectEqual('The verdict on the fix', run.conclusion, 'success');
  expectEqual('The annotations', places, [
    'tests/test_portfolio.py:37 warning, already failing on base',
    'tests/test_portfolio.py:20 warning, flaky',
  ]);
  return head;
}
