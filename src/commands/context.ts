/** What commands know and may do. Effects come in through it, so that a command is one short file. */
import type { Capability } from '../entitlements/capability.ts';
import type { UserError } from '../errors.ts';
import type { Role } from '../github/permission.ts';
import type { Pull } from '../github/pull.ts';
import type { Reaction } from '../github/reaction.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore, Selector } from '../jobs/store.ts';
import type { PlanRequest } from '../plan/request-schema.ts';
import type { RunStore } from '../plan/runs.ts';
import type { Command } from './command.ts';
import type { Merges } from './merges.ts';
import type { Origin } from './payload.ts';

export interface PullTarget {
  readonly installation: number;
  readonly repositoryId: number;
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
}

/** What a request is bound to: the pull request as it is now, and no other head of it. */
export function boundTo(target: Omit<PullTarget, 'number'>, pull: Pull) {
  const { installation, repositoryId, repository } = target;
  const { number, headSha, headRef, baseRef, fork } = pull;
  return { installation, repositoryId, repository, pull: number, headSha, headRef, baseRef, fork };
}

/** One repository on GitHub, as an installation sees it. Each call throws Octokit's errors. */
export interface GitHubRepository {
  /** Whether this person has write permission now. */
  mayWrite(login: string): Promise<boolean>;
  roleOf(login: string): Promise<Role>;
  getPull(number: number): Promise<Pull>;
  /** Numbers of the open pull requests with this head. */
  pullsWithHead(sha: string): Promise<number[]>;
  /** The text of a file at a branch, tag or SHA; null where there is none. */
  readFile(ref: string, path: string): Promise<string | null>;
  /** Nothing where the comment is gone. */
  react(commentId: number, reaction: Reaction): Promise<void>;
}

/** What a person is told, and on which command of whom. */
export interface Answer {
  /** The command as it was written. */
  readonly asked: string;
  /** Login. */
  readonly by: string;
  readonly markdown: string;
}

/** Somebody who asks for a capability on a repository (`owner/name`). */
export interface Asker {
  readonly installation: number;
  readonly repository: string;
  /** Login. */
  readonly user: string;
  /** Whether the person is or belongs to the repository's owner; null: not known. */
  readonly member: boolean | null;
}

/** A decision about a capability. `reason`: in words; `refusal`: what the person is told where it is denied. */
interface Entitlement {
  readonly allowed: boolean;
  readonly reason: string;
  readonly refusal: UserError | null;
}

/** The effects that commands and events share. */
export interface Effects {
  /** `repository`: `owner/name`. */
  github(installation: number, repository: string): Promise<GitHubRepository>;
  /** Whether this person has the capability now; the decision is stored. */
  entitlement(capability: Capability, asker: Asker): Promise<Entitlement>;
  readonly merges: Merges;
  readonly runs: Pick<RunStore, 'get' | 'latest' | 'unreported'>;
  readonly jobs: Pick<JobStore, 'get' | 'position'>;
  /** Cancels jobs that did not end, and returns them as they are now. `reason` is for a person. */
  cancel(selector: Selector, reason: string): readonly Job[];
  /**
   * Stores the run and its job in one transaction, once per `dedupe`, and supersedes queued plans of the same
   * pull request. `delivery`: the webhook that caused it.
   */
  requestPlan(request: PlanRequest, dedupe: string, delivery: string | null): void;
  /** What a running plan does at the moment, in a few words; null where that is not known. */
  progress(runId: string): string | null;
  /** Shows the answer as the last one in the pull request's living comment. */
  answer(pull: PullTarget, answer: Answer): Promise<void>;
}

export interface CommandContext {
  readonly pull: PullTarget;
  /** Login of the person, who may write. */
  readonly sender: string;
  readonly origin: Origin;
  /** The job that carries the command; `createdAt` is when it was accepted. */
  readonly job: Job;
  readonly github: GitHubRepository;
  readonly effects: Effects;
  readonly commands: readonly Command[];
}
