import { execa } from 'execa';
import { z } from 'zod';
import { expectMatch } from '../expectation.ts';
import { inTerminal } from '../markdown.ts';
import type { PullRequest } from '../pull-request.ts';
import { OWNER, type Stage } from '../stage.ts';
import { expectTrail, relay } from '../tradingview.ts';
import { STRATEGY } from './position-opens.ts';

const issues = z.array(z.object({ title: z.string(), body: z.string(), number: z.int(), state: z.string() }));

/** A drawdown opens an issue, which names the commit that is deployed and the change that was merged. */
export async function drawdown(stage: Stage, { repository, number, title }: PullRequest): Promise<void> {
  const { github, terminal } = stage;
  const { stdout: commit } = await execa('git', ['rev-parse', 'main'], { cwd: repository.directory });
  terminal.heading(`The strategy ${STRATEGY} loses 12.5 %: the relay sends a drawdown`);
  const told = { repository: repository.fullName, strategy: STRATEGY, alert: 'drawdown' };
  await relay(stage, { ...told, drawdown: 12.5, symbol: 'BTCUSDT', commit });
  const issue = await github.until('an issue', async () => {
    const all = issues.parse(
      await github.as(OWNER, 'GET', `/repos/${repository.fullName}/issues?state=open`),
    );
    return all.find((each) => each.title === `${STRATEGY}: drawdown`);
  });
  terminal.heading(`Issue #${issue.number}: ${issue.title}`);
  terminal.quote(inTerminal(issue.body, terminal, { unfolded: true }));
  expectMatch('The issue', issue.body, /`drawdown`: `12\.5`/);
  expectMatch('The deployed commit', issue.body, new RegExp(commit));
  expectMatch('The merged change', issue.body, new RegExp(`#${number}.*\`${title}\`.*what was tested`));
  await expectTrail(stage, [
    'crossover: drawdown .*issue done',
    'crossover: flat .*issue done',
    'crossover: flat .*unfreeze done',
    'crossover: position_open .*freeze done',
  ]);
}
