import { codexctl } from '../codexctl.ts';
import { comment } from '../command.ts';
import { expectEqual, expectMatch } from '../expectation.ts';
import { inTerminal } from '../markdown.ts';
import { checkRun, livingComment, type PullRequest } from '../pull-request.ts';
import { AUTHOR, type Stage } from '../stage.ts';

/** A comment `/codex pr` on the account of who has not paid: refused, with a link. Gives the link. */
export async function refusedMerge(stage: Stage, pull: PullRequest): Promise<string> {
  const { github, terminal } = stage;
  const { comment: id, timeline } = await comment(stage, pull, '/codex pr');
  const reactions = () => pull.repository.reactions(id);
  const isRefused = async () => (await timeline.tell()) && reactions().length > 1;
  await github.until('the refusal and its reaction', isRefused);
  expectEqual('The reactions to /codex pr', reactions(), ['eyes', '-1']);
  const body = await livingComment(stage, pull);
  terminal.quote(inTerminal(body, terminal, { unfolded: true }));
  expectMatch('The refusal', body, /This needs `codex\.pr`.* the account has no subscription\./);
  const link = expectMatch('Its link', body, /\[Subscribe for `acme`\]\((\S+)\)/);
  terminal.fact('link', link);
  expectEqual('The check run codex/pr', await checkRun(pull, 'codex/pr'), undefined);
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
