import { codexctl } from '../codexctl.ts';
import { expectEqual, expectMatch } from '../expectation.ts';
import { inTerminal } from '../markdown.ts';
import { AUTHOR, type Stage } from '../stage.ts';
import { Timeline } from '../timeline.ts';
import { livingComment } from './living-comment.ts';
import type { PullRequest } from './open-pull-request.ts';

/** A comment `/codex pr` on the account of who has not paid: refused, with a link. Gives the link. */
export async function refusedMerge(stage: Stage, pull: PullRequest): Promise<string> {
  const { github, terminal } = stage;
  const { repository, number } = pull;
  terminal.heading(`${AUTHOR} comments: /codex pr`);
  const timeline = new Timeline(github, terminal);
  const comment = await repository.comment(number, AUTHOR, '/codex pr');
  await github.until('the refusal and its reaction', async () => {
    if (!timeline.tellDelivery(comment) || !(await timeline.tell())) return false;
    return repository.reactions(comment).length > 1;
  });
  expectEqual('The reactions to /codex pr', repository.reactions(comment), ['eyes', '-1']);
  const body = await livingComment(stage, pull);
  terminal.quote(inTerminal(body, terminal, { unfolded: true }));
  expectMatch('The refusal', body, /This needs `codex\.pr`.* the account has no subscription\./);
  const link = expectMatch('Its link', body, /\[Subscribe for `acme`\]\((\S+)\)/);
  terminal.fact('link', link);
  expectEqual('The check runs codex/pr', await mergesOf(pull), 0);
  return link;
}

/** The operator asks why. */
export async function explainRefusal({ environment, terminal }: Stage, pull: PullRequest): Promise<void> {
  const { fullName } = pull.repository;
  const asked = ['why', '--user', AUTHOR, '--repo', fullName, '--capability', 'codex.pr'];
  terminal.heading(`codexctl ${asked.join(' ')}`);
  const why = await codexctl(asked, environment);
  terminal.quote(why);
  expectMatch('codexctl why', why, /^codex\.pr for ada in acme\/crossover: denied$/m);
  expectMatch('The decision, made again', why, /replayed +the same, by the flags of then$/m);
}

async function mergesOf({ repository, head }: PullRequest): Promise<number> {
  return (await repository.checkRuns(head)).filter(({ name }) => name === 'codex/pr').length;
}
