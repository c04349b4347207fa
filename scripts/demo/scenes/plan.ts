/** A comment `/codex plan`, and all that follows from it until its last reaction. */
import type { LocalCheckRun } from '../../../test/support/local-github/repository.ts';
import { comment, untilEnded } from '../command.ts';
import { expectMatch } from '../expectation.ts';
import type { PullRequest } from '../pull-request.ts';
import type { Stage } from '../stage.ts';

export interface PlanEnd {
  readonly run: LocalCheckRun;
  /** `path:line level attribution` of each annotation. */
  readonly places: readonly string[];
}

/** Gives the check run on the head once everything about it was said. `reaction`: what the verdict brings. */
export async function planByComment(stage: Stage, pull: PullRequest, reaction: string): Promise<PlanEnd> {
  const command = await comment(stage, pull, '/codex plan');
  const run = await untilEnded(stage, pull, command, { name: 'codex/plan', reaction });
  const firstTest = expectMatch('The summary', run.output.summary ?? '', /first test after ([\d.]+ s)/);
  stage.terminal.detail(`          the first test started ${firstTest} after the command was accepted`);
  return { run, places: run.annotations.map(placeOf) };
}

function placeOf({ path, start_line, annotation_level, title }: LocalCheckRun['annotations'][number]) {
  const attribution = /\(([^()]*)\)$/.exec(title ?? '')?.[1];
  return `${path}:${start_line} ${annotation_level}, ${attribution}`;
}
