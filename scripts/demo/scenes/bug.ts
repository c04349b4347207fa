/** A pull request with a bug: it is found, and mended. */
import type { LocalRepository } from '../../../test/support/local-github/repository.ts';
import { expectEqual } from '../expectation.ts';
import { checkRunInTerminal } from '../markdown.ts';
import { projectFiles } from '../project.ts';
import { governed, openPull, type PullRequest } from '../pull-request.ts';
import { AUTHOR, type Stage } from '../stage.ts';
import { type PlanEnd, planByComment } from './plan.ts';

const BRANCH = 'feature/BOT-7-threshold';
const TITLE = 'Ignore crossovers smaller than a threshold';
const BODY = `Averages that touch for a day cost fees and mean nothing.

<!-- Say why, not what. -->`;

/** A pull request with a bug in it. */
export async function openBug(stage: Stage, repository: LocalRepository): Promise<PullRequest> {
  const { terminal } = stage;
  const files = await projectFiles('change');
  const pull = await openPull(repository, { branch: BRANCH, title: TITLE, body: BODY, files });
  terminal.heading(`${AUTHOR} opens ${repository.fullName}#${pull.number}: ${TITLE}`);
  const commit = `${BRANCH} at ${pull.head.slice(0, 7)}`;
  terminal.fact('branch', `${commit} adds an option and its test, and gets a sign wrong:`);
  terminal.line(terminal.style('red', '  -        elif before >= 0 > now:'));
  terminal.line(terminal.style('green', '  +        elif before >= 0 and now > -threshold:'));
  await governed(stage, pull);
  return pull;
}

/** The bug is found: which tests it breaks, which failed before and which is flaky. */
export async function planBug(stage: Stage, pull: PullRequest): Promise<PlanEnd> {
  const { terminal } = stage;
  const end = await planByComment(stage, pull, '-1');
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

/** The fix is pushed and planned: what main itself has to mend does not count. Gives the pull request with its new head. */
export async function planFix(stage: Stage, { repository, ...pull }: PullRequest): Promise<PullRequest> {
  const { terminal } = stage;
  const commit = { author: AUTHOR, message: 'Mend the sign' };
  const head = await repository.push(pull.branch, await projectFiles('fix'), commit);
  const mended = { ...pull, repository, head };
  terminal.heading(`${AUTHOR} pushes the fix, ${head.slice(0, 7)}`);
  await governed(stage, mended);
  const { run, places } = await planByComment(stage, mended, 'rocket');
  terminal.heading('The check run of the fix');
  checkRunInTerminal(terminal, run, { unfolded: false });
  expectEqual('The verdict on the fix', run.conclusion, 'success');
  expectEqual('The annotations', places, [
    'tests/test_portfolio.py:37 warning, already failing on base',
    'tests/test_portfolio.py:20 warning, flaky',
  ]);
  return mended;
}
