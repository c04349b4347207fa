import { codexctl } from '../codexctl.ts';
import { expectEqual, expectMatch } from '../expectation.ts';
import { checkRunInTerminal } from '../markdown.ts';
import { checkRun, type PullRequest } from '../pull-request.ts';
import { OWNER, type Stage } from '../stage.ts';
import { fire } from '../tradingview.ts';

export const STRATEGY = 'crossover';

/** The message for TradingView's alert editor is printed; the strategy opens a position, and TradingView sends it. */
export async function positionOpens(stage: Stage, pull: PullRequest): Promise<void> {
  const { repository, number } = pull;
  const { environment, github, terminal } = stage;
  const asked = ['tradingview', 'template', repository.fullName, STRATEGY, 'position_open'];
  terminal.heading(`${OWNER} runs: codexctl ${asked.join(' ')}`);
  const message = await codexctl(asked, environment);
  terminal.quote(message);
  terminal.heading(`The strategy ${STRATEGY} opens a position: TradingView posts that message`);
  const token = expectMatch('The message', message, /"token": "([^"]+)"/);
  const forged = await fire(stage, message.replace(token, `${token.slice(0, -6)}forged`));
  expectEqual('The answer to a forged token', forged, 401);
  terminal.fact('forged', `with another token: ${forged}`);
  const taken = await fire(stage, message);
  expectEqual('The answer to the alert', taken, 202);
  terminal.fact('alert', `token verified, on disk, answered ${taken}`);
  const frozen = await github.until(`codex/governance of #${number}`, async () => {
    const found = await checkRun(pull, 'codex/governance');
    return found?.conclusion === 'action_required' && found;
  });
  terminal.fact('check run', 'codex/governance, which main requires:');
  checkRunInTerminal(terminal, frozen, { unfolded: true });
  expectMatch('What is frozen', frozen.output.summary ?? '', /`crossover` sent `position_open`/);
}
