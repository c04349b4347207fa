import { untilLanded } from '../command.ts';
import { expectEqual } from '../expectation.ts';
import { checkRunInTerminal } from '../markdown.ts';
import { checkRun, type PullRequest } from '../pull-request.ts';
import type { Stage } from '../stage.ts';
import { Timeline } from '../timeline.ts';
import { relay } from '../tradingview.ts';
import { STRATEGY } from './position-opens.ts';

/** The strategy is flat again: what waited lands by itself. `comment`: the id of the comment `/codex pr`. */
export async function goesFlat(stage: Stage, pull: PullRequest, comment: number): Promise<void> {
  const { github, terminal } = stage;
  terminal.heading(`The strategy ${STRATEGY} is flat: a relay runs codexctl tradingview send`);
  const timeline = new Timeline(github, terminal);
  await relay(stage, { repository: pull.repository.fullName, strategy: STRATEGY, alert: 'flat' });
  const receipt = await untilLanded(stage, pull, { comment, timeline });
  const governance = await checkRun(pull, 'codex/governance');
  expectEqual('codex/governance', governance?.conclusion, 'success');
  terminal.heading('The receipt: the check run codex/pr, as it stands on that GitHub');
  checkRunInTerminal(terminal, receipt, { unfolded: false });
}
