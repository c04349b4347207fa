/** The check runs of plans as GitHub's events name them: by these names the events find their way back. */
import { isOfAllTests, type PlanArguments } from './request-schema.ts';

export const PLAN_CHECK = 'codex/plan';
/** Of another name, for a branch rule that asks for `codex/plan` must not be satisfied by a test or two. */
const PARTIAL_PLAN_CHECK = 'codex/plan (partial)';

/** The identifiers of their buttons, as they come in `check_run.requested_action`. */
export const BUTTON = { cancel: 'cancel', rerunFailed: 'rerun_failed' } as const;

/** The check run's name of a plan with these arguments. */
export function planCheckName(given: PlanArguments): string {
  return isOfAllTests(given) ? PLAN_CHECK : PARTIAL_PLAN_CHECK;
}

export function isPlanCheck(name: string): boolean {
  return name === PLAN_CHECK || name === PARTIAL_PLAN_CHECK;
}
