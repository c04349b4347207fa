/** A command in a comment, and all that follows from it. */
import type { LocalCheckRun } from '../../test/support/local-github/repository.ts';
import { expectEqual } from './expectation.ts';
import { checkRun, type PullRequest } from './pull-request.ts';
import { AUTHOR, type Stage } from './stage.ts';
import { Timeline } from './timeline.ts';

/** Milliseconds that a command with a plan of the sample project may take on a slow machine. */
const LONGEST = 90_000;

export interface Command {
  /** The comment's id. */
  readonly comment: number;
  readonly timeline: Timeline;
}

/** The author comments `text`; what follows is told by the timeline. */
export async function comment(
  { github, terminal }: Stage,
  { repository, number }: PullRequest,
  text: string,
  heading = `${AUTHOR} comments: ${text}`,
): Promise<Command> {
  terminal.heading(heading);
  const timeline = new Timeline(github, terminal);
  const id = await repository.comment(number, AUTHOR, text);
  timeline.awaitDelivery(id);
  return { comment: id, timeline };
}

/**
 * Tells what happens until the check run `name` is completed and the comment has its last reaction, which has to be
 * `reaction`. Gives the check run.
 */
export async function untilEnded(
  { github }: Stage,
  pull: PullRequest,
  { comment, timeline }: { readonly comment: number; readonly timeline: Timeline | null },
  { name, reaction }: { readonly name: string; readonly reaction: string },
): Promise<LocalCheckRun> {
  const reactions = () => pull.repository.reactions(comment);
  const run = await github.until(
    `the end of ${name} and its reaction`,
    async () => {
      if (timeline !== null && !(await timeline.tell())) return null;
      const found = await checkRun(pull, name);
      return reactions().length > 1 && found?.status === 'completed' && found;
    },
    LONGEST,
  );
  expectEqual('The reactions to the comment', reactions(), ['eyes', reaction]);
  return run;
}

/** As `untilEnded`, of a merge: it has to land. `timeline`: null where nothing of it is told. */
export async function untilLanded(
  stage: Stage,
  pull: PullRequest,
  command: { readonly comment: number; readonly timeline: Timeline | null },
): Promise<LocalCheckRun> {
  const receipt = await untilEnded(stage, pull, command, { name: 'codex/pr', reaction: 'rocket' });
  expectEqual('The conclusion of the merge', receipt.conclusion, 'success');
  return receipt;
}
