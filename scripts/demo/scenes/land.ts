import { execa } from 'execa';
import type { LocalCheckRun } from '../../../test/support/local-github/repository.ts';
import { codexctl } from '../codexctl.ts';
import { expectEqual, expectMatch } from '../expectation.ts';
import { checkRunInTerminal } from '../markdown.ts';
import { REVIEWER, type Stage } from '../stage.ts';
import { Timeline } from '../timeline.ts';
import { checkRun } from './check-run.ts';
import type { PullRequest } from './open-pull-request.ts';
import { LONGEST_PLAN } from './plan.ts';

interface Asked {
  readonly head: string;
  /** The id of the comment `/codex pr`. */
  readonly comment: number;
}

/** The approval comes: what would land now is tested, then it lands, and git says that it is the same. */
export async function land(stage: Stage, pull: PullRequest, asked: Asked): Promise<void> {
  const { terminal, environment } = stage;
  terminal.heading(`${REVIEWER} approves`);
  const receipt = await landing(stage, pull, asked);
  terminal.heading('The receipt: the check run codex/pr, as it stands on that GitHub');
  checkRunInTerminal(terminal, receipt, { unfolded: true });
  expectEqual('The conclusion of the merge', receipt.conclusion, 'success');
  terminal.heading('What git says of main');
  const sha = await landed(stage, pull, { head: asked.head, receipt: receipt.output.summary ?? '' });
  terminal.heading('codexctl receipts');
  const list = await codexctl(['receipts'], environment);
  expectMatch(
    'The list of receipts',
    list,
    new RegExp(`#${pull.number} .*${sha.slice(0, 7)} on main.* verified$`, 'm'),
  );
  terminal.quote(list);
}

async function landing(
  { github, terminal }: Stage,
  { repository, number }: PullRequest,
  { head, comment }: Asked,
): Promise<LocalCheckRun> {
  const timeline = new Timeline(github, terminal);
  await repository.reviews.approve(number, REVIEWER);
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
  return receipt;
}

/** Compares main with the receipt and with what git itself makes of base and head. Gives the commit. */
async function landed(
  { terminal }: Stage,
  { repository, branch, number, title }: PullRequest,
  { head, receipt }: { head: string; receipt: string },
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
