/** The check run of a plan as GitHub's events name it: by these names the events find their way back. */
export const PLAN_CHECK = 'codex/plan';

/** The identifiers of its buttons, as they come in `check_run.requested_action`. */
export const BUTTON = { cancel: 'cancel', rerunFailed: 'rerun_failed' } as const;
