/** What lands must have been tested: the newest plan of all tests must be of this head on the base of now. */
import type { PlanState, Snapshot } from '../snapshot.ts';
import { commit, quoted } from '../words.ts';
import { findingIf, type Rule } from './rule.ts';

const planFailed: Rule = {
  code: 'plan_failed',
  effect: 'block',
  owner: 'author',
  when: 'The newest plan of all tests of the head did not succeed.',
  evaluate: ({ plan }) =>
    findingIf(hasFailed(plan), {
      what: `The newest \`codex/plan\` is no success: ${quoted(plan?.title ?? '')}.`,
      next: 'Push what mends it and comment `/codex pr` again, or `/codex plan` if it was not about this change.',
    }),
};

function hasFailed(plan: PlanState | null): boolean {
  return plan !== null && plan.state === 'ended' && !plan.passed;
}

export const planRunning: Rule = {
  code: 'plan_running',
  effect: 'wait',
  owner: 'CI',
  when: 'The plan is queued or running.',
  evaluate: ({ plan }) =>
    findingIf(plan !== null && plan.state !== 'ended', {
      what: `\`codex/plan\` is ${plan?.state === 'queued' ? 'queued' : 'running'}.`,
      next: 'Nothing to do: it goes on when the plan ends.',
    }),
};

export const planNeeded: Rule = {
  code: 'plan_needed',
  effect: 'wait',
  owner: 'CI',
  when: 'No plan has tested the tree that would land now; Codex runs one as soon as nothing else is missing.',
  evaluate: (snapshot) =>
    findingIf(isUntested(snapshot) && mayPlan(snapshot), {
      what: untested(snapshot),
      next: 'Nothing to do: Codex plans the tree that would land now, as soon as nothing else is missing.',
    }),
};

const planWanted: Rule = {
  code: 'plan_wanted',
  effect: 'block',
  owner: 'author',
  when: 'No plan has tested the tree that would land now, and Codex may not run one by itself (`merge.replan`, `merge.max_plans`).',
  evaluate: (snapshot) =>
    findingIf(isUntested(snapshot) && !mayPlan(snapshot), {
      what: `${untested(snapshot)} ${whyNot(snapshot)}`,
      next: 'Comment `/codex plan`.',
    }),
};

export const planRules: readonly Rule[] = [planFailed, planRunning, planNeeded, planWanted];

/** The plan proves nothing of the tree that would land now, and none is under way. Without a base there is no tree. */
function isUntested({ plan, baseSha }: Snapshot): boolean {
  if (baseSha === null) return false;
  if (plan === null) return true;
  return plan.state === 'ended' && plan.passed && plan.baseSha !== baseSha;
}

function mayPlan({ config, plansRequested }: Snapshot): boolean {
  return config.merge.replan && plansRequested < config.merge.max_plans;
}

function untested({ plan, pull, baseSha }: Snapshot): string {
  if (plan === null) return `No \`codex/plan\` of all tests has tested ${commit(pull.headSha)}.`;
  const tested = plan.baseSha === null ? 'an unknown commit' : commit(plan.baseSha);
  return `\`codex/plan\` tested it on ${quoted(pull.baseRef)} at ${tested}, which is at ${commit(baseSha ?? '')} now.`;
}

function whyNot({ config }: Snapshot): string {
  return config.merge.replan
    ? `Codex has planned ${config.merge.max_plans} times for this merge, the most that \`merge.max_plans\` allows.`
    : 'It plans by itself only with `merge.replan: true`.';
}
