import { execa } from 'execa';
import { codexctl } from '../codexctl.ts';
import { untilLanded } from '../command.ts';
import { expectEqual, expectMatch } from '../expectation.ts';
import { checkRunInTerminal, inTerminal } from '../markdown.ts';
import { livingComment, type PullRequest } from '../pull-request.ts';
import { REVIEWER, type Stage } from '../stage.ts';
import { Timeline } from '../timeline.ts';

/** The approval comes: what would land now is tested, then it lands, and git says that it is the same. */
export async function land(stage: Stage, pull: PullRequest, comment: number): Promise<void> {
  const { github, terminal, environment } = stage;
  terminal.heading(`${REVIEWER} approves`);
  const timeline = new Timeline(github, terminal);
  await pull.repository.reviews.approve(pull.number, REVIEWER);
  const receipt = await untilLanded(stage, pull, { comment, timeline });
  terminal.heading('The receipt: the check run codex/pr, as it stands on that GitHub');
  checkRunInTerminal(terminal, receipt, { unfolded: true });
  terminal.heading('What git says of main');
  const sha = await landed(stage, pull, receipt.output.summary ?? '');
  terminal.heading('codexctl receipts');
  const list = await codexctl(['receipts'], environment);
  const line = new RegExp(`#${pull.number} .*${sha.slice(0, 7)} on main.* verified$`, 'm');
  expectMatch('The list of receipts', list, line);
  terminal.quote(list);
}

/** Compares main with the receipt and with what git itself makes of base and head. Gives the commit. */
async function landed(
  { terminal }: Stage,
  { repository, branch, number, title, head }: PullRequest,
  receipt: string,
): Promise<string> {
  const git = async (...args: string[]): Promise<string> =>
    (await execa('git', args, { cwd: repository.directory })).stdout.trim();
  const tested = expectMatch('The tested tree', receipt, /Tested: tree `([0-9a-f]{40})`/);
  const base = expectMatch('Its base', receipt, /Tested: tree `[0-9a-f]{40}` on base `([0-9a-f]{40})`/);
  expectEqual('The tree of main', await git('rev-parse', 'main^{tree}'), tested);
  expectEqual(
    'The tree of base and head, merged by git',
    await git('merge-tree', '--write-tree', base, head),
    tested,
  );
  expectEqual('The parents of main', await git('log', '-1', '--format=%P', 'main'), base);
  expectEqual('The head branch', await git('branch', '--list', branch), '');
  expectEqual(
    'The title of the commit',
    await git('log', '-1', '--format=%s', 'main'),
    `${title} (#${number})`,
  );
  terminal.fact('tree', `${tested}: the tested one, and what git makes of base and head`);
  terminal.fact('parent', `${base}: the base it was tested on, and no other`);
  terminal.quote(await git('log', '-1', '--format=%B', 'main'));
  return git('rev-parse', 'main');
}

/** However many commands there were: one comment of Codex. */
export async function showConversation(stage: Stage, pull: PullRequest): Promise<void> {
  const { github, terminal } = stage;
  terminal.heading(`The one comment of ${github.botLogin}, edited in place`);
  const body = await livingComment(stage, pull);
  terminal.quote(inTerminal(body, terminal, { unfolded: true }));
  expectMatch('The comment', body, /### 🚢 Merged into `main`/);
  expectMatch('The comment', body, /### ✅ 13 passed/);
  expectMatch('The comment', body, /History of runs \(3\)/);
}
