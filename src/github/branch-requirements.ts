/** What a branch asks of a pull request. Rulesets and classic protection both hold: the union is what counts. Pure. */

export interface RequiredCheck {
  /** The exact name of a check run or a commit status. */
  readonly context: string;
  /** The App that has to report it; null: anybody may. */
  readonly appId: number | null;
}

export interface Requirements {
  /** How many approving reviews. */
  readonly approvals: number;
  /** Code owners of the changed files have to approve. */
  readonly codeOwners: boolean;
  /** Somebody other than who pushed last has to approve. */
  readonly lastPushApproval: boolean;
  /** A push dismisses approvals. */
  readonly dismissStale: boolean;
  /** All threads of reviews have to be resolved. */
  readonly threadResolution: boolean;
  readonly checks: readonly RequiredCheck[];
  /** The head has to contain the base's tip. */
  readonly upToDate: boolean;
  /** The branch changes through GitHub's merge queue only. */
  readonly mergeQueue: boolean;
  /** `merge`, `squash`, `rebase`; null: no rule limits them. */
  readonly allowedMergeMethods: readonly string[] | null;
}

export const NO_REQUIREMENTS: Requirements = {
  approvals: 0,
  codeOwners: false,
  lastPushApproval: false,
  dismissStale: false,
  threadResolution: false,
  checks: [],
  upToDate: false,
  mergeQueue: false,
  allowedMergeMethods: null,
};

/** Everything that any of `all` asks for. */
export function combineRequirements(all: readonly Requirements[]): Requirements {
  return all.reduce(combineTwo, NO_REQUIREMENTS);
}

function combineTwo(one: Requirements, other: Requirements): Requirements {
  return {
    approvals: Math.max(one.approvals, other.approvals),
    codeOwners: one.codeOwners || other.codeOwners,
    lastPushApproval: one.lastPushApproval || other.lastPushApproval,
    dismissStale: one.dismissStale || other.dismissStale,
    threadResolution: one.threadResolution || other.threadResolution,
    checks: [...one.checks, ...other.checks.filter((check) => !includesCheck(one.checks, check))],
    upToDate: one.upToDate || other.upToDate,
    mergeQueue: one.mergeQueue || other.mergeQueue,
    allowedMergeMethods: commonMethods(one.allowedMergeMethods, other.allowedMergeMethods),
  };
}

function includesCheck(checks: readonly RequiredCheck[], { context, appId }: RequiredCheck): boolean {
  return checks.some((check) => check.context === context && check.appId === appId);
}

function commonMethods(one: readonly string[] | null, other: readonly string[] | null) {
  if (one === null || other === null) return one ?? other;
  return one.filter((method) => other.includes(method));
}

/** GitHub writes "any App" in three ways: nothing, null and -1. */
export function boundApp(id: number | null | undefined): number | null {
  return id === undefined || id === null || id < 0 ? null : id;
}
