import { execa } from 'execa';
import { codexctl } from '../codexctl.ts';
import { comment, untilLanded } from '../command.ts';
import { expectEqual, expectMatch } from '../expectation.ts';
import { checkRunInTerminal } from '../markdown.ts';
import { livingComment, type PullRequest } from '../pull-request.ts';
import { AUTHOR, type Stage } from '../stage.ts';

/** The same comment again: what would land is tested, and lands. What that used is counted. */
export async function paidMerge(stage: Stage, pull: PullRequest): Promise<void> {
  const { terminal, environment } = stage;
  const { repository, number, title } = pull;
  const command = await comment(stage, pull, '/codex pr', `${AUTHOR} comments again: /codex pr`);
  const receipt = await untilLanded(stage, pull, command);
  terminal.heading('The receipt names what allowed it');
  checkRunInTerminal(terminal, receipt, { unfolded: false });
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
