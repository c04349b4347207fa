/** A comment `/codex plan`, and all that follows from it until its last reaction. */
import type { LocalCheckRun } from '../../../test/support/local-github/repository.ts';
import { expectEqual, expectMatch } from '../expectation.ts';
import { AUTHOR, type Stage } from '../stage.ts';
import { Timeline } from '../timeline.ts';
import { checkRun } from './check-run.ts';
import type { PullRequest } from './open-pull-request.ts';

/** Milliseconds that a plan of the sample project may take on a slow machine. */
export const LONGEST_PLAN = 90_000;

export interface PlanEnd {
  readonly run: LocalCheckRun;
  /** `path:line level attribution` of each annotation. */
  readonly places: readonly string[];
}

/** Gives the check run on `head` once everything about it was said. `lastReaction`: what the verdict brings. */
export async function planByComment(
  { github, terminal }: Stage,
  { repository, number }: PullRequest,
  { head, lastReaction }: { head: string; lastReaction: string },
): Promise<PlanEnd> {
  terminal.heading(`${AUTHOR} comments: /codex plan`);
  const timeline = new Timeline(github, terminal);
  const comment = await repository.comment(number, AUTHOR, '/codex plan');
  const run = await github.until(
    'the verdict and the last reaction',
    async () => {
      if (!timeline.tellDelivery(comment) || !(await timeline.tell())) return null;
      const plan = await checkRun(repository, head, 'codex/plan');
      return repository.reactions(comment).length > 1 && plan?.status === 'completed' && plan;
    },
    LONGEST_PLAN,
  );
  const firstTest = expectMatch('The summary', run.output.summary ?? '', /first test after ([\d.]+ s)/);
  terminal.detail(`          the first test started ${firstTest} after the command was accepted`);
  expectEqual('The reactions to the comment', repository.reactions(comment), ['eyes', lastReaction]);
  return { run, places: run.annotations.map(placeOf) };
}

function placeOf({ path, start_line, annotation_level, title }: LocalCheckRun['annotations'][number]) {
  const attribution = /\(([^()]*)\)$/.exec(title ?? '')?.[1];
  return `${path}:${start_line} ${annotation_level}, ${attribution}`;
}
