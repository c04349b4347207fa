/** Everything that a decision looks at, read at one moment. Plain data: `decide` has no other source. */
import type { BranchRules } from '../github/branch-rules.ts';
import type { CommitCheck } from '../github/commit-checks.ts';
import type { Role } from '../github/permission.ts';
import type { Pull } from '../github/pull.ts';
import type { PullFiles } from '../github/pull-files.ts';
import type { RepositoryConfig } from '../repository/config.ts';
import type { Mistake } from '../repository/mistakes.ts';
import type { MergeRequest } from './intent.ts';

/** A person's latest review that is not a mere comment, nor dismissed. */
export interface Opinion {
  readonly login: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED';
  /** The commit that was reviewed. */
  readonly commitId: string | null;
  /** GitHub counts reviews only of those who may write. */
  readonly mayWrite: boolean;
}

/** The newest plan of all tests of the pull request's head. */
export interface PlanState {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'ended';
  /** It has ended, and nothing speaks against landing what it tested. */
  readonly passed: boolean;
  /** The base it was tested on, and the merged tree; null where it never came to that. */
  readonly baseSha: string | null;
  readonly tree: string | null;
  readonly title: string;
  readonly url: string | null;
}

export interface Freeze {
  /** The base branch; null: the whole repository. */
  readonly baseRef: string | null;
  readonly paths: readonly string[] | null;
  readonly source: 'command' | 'mismatch' | 'alert';
  readonly reason: string;
  /** The login of a person; of an alert, its strategy. */
  readonly by: string;
  readonly expiresAt: number | null;
}

export interface Snapshot {
  /** Milliseconds since the epoch, as all times here. */
  readonly now: number;
  readonly request: MergeRequest;
  readonly expiresAt: number;
  /** Plans that Codex has asked for because of this intent. */
  readonly plansRequested: number;
  /** How often GitHub said it does not know yet whether the pull request can be merged, in a row. */
  readonly mergeabilityAsked: number;
  readonly pull: Pull;
  /** The commit of the base branch now; null: the branch is gone. */
  readonly baseSha: string | null;
  readonly requester: {
    readonly role: Role;
    readonly entitlement: { readonly allowed: boolean; readonly reason: string };
  };
  readonly opinions: readonly Opinion[];
  /** Null where it is not asked for. */
  readonly unresolvedThreads: number | null;
  readonly requirements: BranchRules;
  readonly checks: readonly CommitCheck[];
  readonly files: PullFiles;
  readonly mayWriteWorkflows: boolean;
  readonly plan: PlanState | null;
  /** Standing freezes of this base or repository that concern this pull request. */
  readonly freezes: readonly Freeze[];
  /** Intents that go before this one into the same base, oldest first: pull request numbers. */
  readonly ahead: readonly number[];
  /** GitHub's own words where it refused the last call for a reason no rule here explains. */
  readonly refusal: string | null;
  readonly config: Pick<RepositoryConfig, 'governance' | 'merge'>;
  readonly mistakes: readonly Mistake[];
}
