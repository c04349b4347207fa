/** A merge to which nothing is missing; tests say what is otherwise. */
import type { BranchRules } from '../../src/github/branch-rules.ts';
import type { CommitCheck } from '../../src/github/commit-checks.ts';
import type { Pull } from '../../src/github/pull.ts';
import type { MergeRequest } from '../../src/merge/intent.ts';
import type { Opinion, PlanState, Snapshot } from '../../src/merge/snapshot.ts';
import { parseRepositoryConfig } from '../../src/repository/config.ts';

export const HEAD = 'a'.repeat(40);
export const BASE = 'b'.repeat(40);
export const OTHER = 'c'.repeat(40);
const NOW = Date.UTC(2026, 10, 21, 12, 0);
export const HOUR = 3_600_000;

export function pull(changes: Partial<Pull> = {}): Pull {
  return {
    number: 7,
    state: 'open',
    merged: false,
    draft: false,
    title: 'Orders are kept',
    body: '',
    labels: [],
    mergeable: true,
    mergeCommitSha: null,
    mergedBy: null,
    author: 'ada',
    headSha: HEAD,
    headRef: 'feature/ABC-7',
    headPushedAt: null,
    baseRef: 'main',
    baseSha: BASE,
    fork: false,
    ...changes,
  };
}

const REQUEST: MergeRequest = {
  installation: 1,
  repositoryId: 1,
  repository: 'acme/bot',
  pull: 7,
  headSha: HEAD,
  headRef: 'feature/ABC-7',
  baseRef: 'main',
  fork: false,
  requestedBy: 'ada',
  commentId: 1,
  member: null,
};

export function plan(changes: Partial<PlanState> = {}): PlanState {
  return {
    id: 'plan-1',
    state: 'ended',
    passed: true,
    baseSha: BASE,
    tree: 'd'.repeat(40),
    title: '12 passed',
    url: null,
    ...changes,
  };
}

export function opinion(login: string, changes: Partial<Opinion> = {}): Opinion {
  return { login, state: 'APPROVED', commitId: HEAD, mayWrite: true, ...changes };
}

export function check(context: string, changes: Partial<CommitCheck> = {}): CommitCheck {
  return { context, appId: 15_368, state: 'success', conclusion: 'success', url: null, ...changes };
}

export function requirements(changes: Partial<BranchRules> = {}): BranchRules {
  return { approvals: 0, dismissStale: false, threadResolution: false, checks: [], unread: null, ...changes };
}

/** `codexYml`: the text of `.github/codex.yml`. */
export function snapshot(changes: Partial<Snapshot> = {}, codexYml: string | null = null): Snapshot {
  const { config, mistakes } = parseRepositoryConfig(codexYml, {});
  return {
    now: NOW,
    request: REQUEST,
    expiresAt: NOW + HOUR,
    plansRequested: 0,
    mergeabilityAsked: 0,
    pull: pull(),
    baseSha: BASE,
    requester: { role: 'write', entitlement: { allowed: true, reason: 'no entitlements are configured' } },
    opinions: [],
    unresolvedThreads: null,
    requirements: requirements(),
    checks: [],
    files: { paths: ['src/app.py'], complete: true },
    mayWriteWorkflows: false,
    plan: plan(),
    freezes: [],
    ahead: [],
    refusal: null,
    config,
    mistakes,
    ...changes,
  };
}
