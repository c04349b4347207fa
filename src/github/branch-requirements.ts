/**
 * What a branch asks of a pull request, as far as Codex can tell whether it is met. Rulesets and classic protection both
 * hold: the union is what counts. Pure.
 */

export interface RequiredCheck {
  /** The exact name of a check run or a commit status. */
  readonly context: string;
  /** The App that has to report it; null: anybody may. */
  readonly appId: number | null;
}

export interface Requirements {
  /** How many approving reviews. */
  readonly approvals: number;
  /** A push dismisses approvals. */
  readonly dismissStale: boolean;
  /** All threads of reviews have to be resolved. */
  readonly threadResolution: boolean;
  readonly checks: readonly RequiredCheck[];
}

export const NO_REQUIREMENTS: Requirements = {
  approvals: 0,
  dismissStale: false,
  threadResolution: false,
  checks: [],
};

/** Everything that any of `all` asks for. */
export function combineRequirements(all: readonly Requirements[]): Requirements {
  return all.reduce(combineTwo, NO_REQUIREMENTS);
}

function combineTwo(one: Requirements, other: Requirements): Requirements {
  return {
    approvals: Math.max(one.approvals, other.approvals),
    dismissStale: one.dismissStale || other.dismissStale,
    threadResolution: one.threadResolution || other.threadResolution,
    checks: [...one.checks, ...other.checks.filter((check) => !includesCheck(one.checks, check))],
  };
}

function includesCheck(checks: readonly RequiredCheck[], { context, appId }: RequiredCheck): boolean {
  return checks.some((check) => check.context === context && check.appId === appId);
}

/** GitHub writes "any App" in three ways: nothing, null and -1. */
export function boundApp(id: number | null | undefined): number | null {
  return id === undefined || id === null || id < 0 ? null : id;
}
