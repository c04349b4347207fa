/** For each rule, what makes it speak and what it says then. */
import type { Freeze, Snapshot } from '../../../src/merge/snapshot.ts';
import { check, HOUR, OTHER, opinion, plan, pull, requirements, snapshot } from '../snapshots.ts';

interface Case {
  readonly code: string;
  readonly because: string;
  readonly snapshot: Snapshot;
  /** Words of what and next. */
  readonly says: readonly string[];
}

const { now } = snapshot();

const freeze: Freeze = {
  baseRef: 'main',
  paths: null,
  source: 'command',
  reason: 'release 2.0',
  by: 'grace',
  expiresAt: null,
};
const required = (context: string, appId: number | null = null) =>
  requirements({ checks: [{ context, appId }] });

export const CASES: readonly Case[] = [
  {
    code: 'closed',
    because: 'the pull request was closed',
    snapshot: snapshot({ pull: pull({ state: 'closed' }) }),
    says: ['closed', 'Reopen it', '`/codex pr`'],
  },
  {
    code: 'head_moved',
    because: 'somebody pushed',
    snapshot: snapshot({ pull: pull({ headSha: OTHER }) }),
    says: ['from `aaaaaaa` to `ccccccc`', 'nothing was', 'comment `/codex pr` again'],
  },
  {
    code: 'base_retargeted',
    because: 'it goes into another base now',
    snapshot: snapshot({ pull: pull({ baseRef: 'release/1' }) }),
    says: ['from `main` to `release/1`', 'nothing was merged'],
  },
  {
    code: 'permission_lost',
    because: 'the requester may only read by now',
    snapshot: snapshot({ requester: { ...snapshot().requester, role: 'read' } }),
    says: ['`ada` may no longer write', 'role: read'],
  },
  {
    code: 'permission_lost',
    because: 'the requester may only triage by now',
    snapshot: snapshot({ requester: { ...snapshot().requester, role: 'triage' } }),
    says: ['role: triage'],
  },
  {
    code: 'expired',
    because: 'its time is over',
    snapshot: snapshot({ expiresAt: now }),
    says: ['expired at 2026-11-21 12:00 UTC'],
  },
  {
    code: 'not_entitled',
    because: 'the subscription is unpaid',
    snapshot: snapshot({
      requester: { role: 'write', entitlement: { allowed: false, reason: 'the subscription is unpaid' } },
    }),
    says: ['the subscription is unpaid.', '`/codex status`'],
  },
  {
    code: 'base_gone',
    because: 'the base branch was deleted',
    snapshot: snapshot({ baseSha: null }),
    says: ['`main` does not exist any more', 'Restore it'],
  },
  {
    code: 'draft',
    because: 'it is a draft',
    snapshot: snapshot({ pull: pull({ draft: true }) }),
    says: ['draft', 'ready for review'],
  },
  {
    code: 'governance',
    because: 'the head branch of a protected base has no ticket',
    snapshot: snapshot({ pull: pull({ headRef: 'quick-fix' }) }),
    says: ['`quick-fix` is not named like `feature/{ticket}`'],
  },
  {
    code: 'blocking_label',
    because: 'it has a label that blocks, written in another case',
    snapshot: snapshot({ pull: pull({ labels: ['bug', 'Do-Not-Merge'] }) }),
    says: ['`Do-Not-Merge`', 'Remove the label'],
  },
  {
    code: 'blocking_label',
    because: 'any label blocks',
    snapshot: snapshot({ pull: pull({ labels: ['bug'] }) }, "merge: { block_labels: ['*'] }"),
    says: ['`bug`'],
  },
  {
    code: 'workflow_files',
    because: 'it changes a workflow that the App may not write',
    snapshot: snapshot({ files: { paths: ['.github/workflows/ci.yml'], complete: true } }),
    says: ['`.github/workflows/ci.yml`', '`workflows: write`'],
  },
  {
    code: 'files_unlisted',
    because: 'there may be workflows among files that GitHub does not list',
    snapshot: snapshot({ files: { paths: [], complete: false } }),
    says: ['more files than GitHub lists', '`workflows: write`'],
  },
  {
    code: 'conflicts',
    because: 'GitHub finds conflicts',
    snapshot: snapshot({ pull: pull({ mergeable: false }) }),
    says: ['conflicts with `main`', 'Merge `main` into `feature/ABC-7`'],
  },
  {
    code: 'changes_requested',
    because: 'somebody who may write requested changes',
    snapshot: snapshot({ opinions: [opinion('grace', { state: 'CHANGES_REQUESTED', commitId: OTHER })] }),
    says: ['`grace` requested changes', 'dismisses'],
  },
  {
    code: 'threads_unresolved',
    because: 'conversations must be resolved and one is not',
    snapshot: snapshot({ requirements: requirements({ threadResolution: true }), unresolvedThreads: 1 }),
    says: ['1 review conversation is not resolved'],
  },
  {
    code: 'requirements_unread',
    because: "the base's rules could not be read",
    snapshot: snapshot({ requirements: requirements({ unread: 'classic protection: Forbidden' }) }),
    says: ['classic protection: Forbidden', '`codexctl doctor`'],
  },
  {
    code: 'check_failing',
    because: 'a required check failed',
    snapshot: snapshot({
      requirements: required('build'),
      checks: [check('build', { state: 'failure', conclusion: 'timed_out' })],
    }),
    says: ['`build` failed (timed out)'],
  },
  {
    code: 'check_failing',
    because: 'one of two reports of one name failed, the other is not finished',
    snapshot: snapshot({
      requirements: required('build'),
      checks: [check('build', { state: 'pending' }), check('build', { appId: null, state: 'failure' })],
    }),
    says: ['`build` failed'],
  },
  {
    code: 'check_failing',
    because: 'a plan of some tests only failed after the one of all tests succeeded',
    snapshot: snapshot({
      requirements: required('codex/plan'),
      checks: [check('codex/plan', { state: 'failure', conclusion: 'failure' })],
    }),
    says: ['`codex/plan` failed (failure)', 'Comment `/codex plan`'],
  },
  {
    code: 'refused_by_github',
    because: 'GitHub refused, and no rule knows why',
    snapshot: snapshot({ refusal: 'Waiting on code owner review from acme/core.' }),
    says: ['“Waiting on code owner review from acme/core.”'],
  },
  {
    code: 'approvals_missing',
    because: 'two approvals are asked for and the one that is there is of an earlier commit',
    snapshot: snapshot({
      requirements: requirements({ approvals: 2, dismissStale: true }),
      opinions: [opinion('grace', { commitId: OTHER })],
    }),
    says: ['2 approvals of 2 are missing', '`grace` approved is an earlier commit'],
  },
  {
    code: 'approvals_missing',
    because: 'who approved may not write',
    snapshot: snapshot({
      requirements: requirements({ approvals: 1 }),
      opinions: [opinion('mallory', { mayWrite: false })],
    }),
    says: ['1 approval of 1 is missing.'],
  },
  {
    code: 'check_pending',
    because: 'a required check is running',
    snapshot: snapshot({
      requirements: required('build'),
      checks: [check('build', { state: 'pending', conclusion: null })],
    }),
    says: ['`build` has not finished'],
  },
  {
    code: 'check_absent',
    because: 'a required check has not reported; another name does not do',
    snapshot: snapshot({ requirements: required('build'), checks: [check('Build')] }),
    says: ['`build` has not reported on `aaaaaaa`', 'exactly this name'],
  },
  {
    code: 'check_of_other_app',
    because: 'another App reported a check of that name',
    snapshot: snapshot({ requirements: required('build', 1), checks: [check('build', { appId: 2 })] }),
    says: ['`build` is there', 'App 1'],
  },
  {
    code: 'mergeability_unknown',
    because: 'GitHub has not found out yet',
    snapshot: snapshot({ pull: pull({ mergeable: null }), mergeabilityAsked: 1 }),
    says: ['still finding out', 'asks again'],
  },
  {
    code: 'mergeability_unknown',
    because: 'GitHub never finds out',
    snapshot: snapshot({ pull: pull({ mergeable: null }), mergeabilityAsked: 9 }),
    says: ['does not say', '9 times'],
  },
  {
    code: 'plan_failed',
    because: 'the plan failed',
    snapshot: snapshot({ plan: plan({ passed: false, title: '2 failed' }) }),
    says: ['`2 failed`', '`/codex plan`'],
  },
  {
    code: 'plan_running',
    because: 'the plan runs',
    snapshot: snapshot({ plan: plan({ state: 'running', passed: false, baseSha: null }) }),
    says: ['is running'],
  },
  {
    code: 'plan_needed',
    because: 'nothing was planned yet',
    snapshot: snapshot({ plan: null }),
    says: ['has tested `aaaaaaa`', 'Codex plans the tree that would land now'],
  },
  {
    code: 'plan_needed',
    because: 'the base moved since the plan',
    snapshot: snapshot({ baseSha: OTHER }),
    says: ['tested it on `main` at `bbbbbbb`, which is at `ccccccc` now'],
  },
  {
    code: 'plan_wanted',
    because: 'the base moved, and Codex may not plan by itself',
    snapshot: snapshot({ baseSha: OTHER }, 'merge: { replan: false }'),
    says: ['`merge.replan: true`', 'Comment `/codex plan`'],
  },
  {
    code: 'plan_wanted',
    because: 'the base moved more often than Codex may plan',
    snapshot: snapshot({ baseSha: OTHER, plansRequested: 2 }, 'merge: { max_plans: 2 }'),
    says: ['2 times', '`merge.max_plans`'],
  },
  {
    code: 'frozen',
    because: 'the base is frozen',
    snapshot: snapshot({ freezes: [freeze] }),
    says: [
      '`main` are frozen by `grace`: release 2.0.',
      'An administrator or maintainer',
      '`/codex unfreeze`',
    ],
  },
  {
    code: 'frozen',
    because: 'the repository is frozen for an hour',
    snapshot: snapshot({ freezes: [{ ...freeze, baseRef: null, expiresAt: now + HOUR }] }),
    says: ['this repository', 'ends at 2026-11-21 13:00 UTC', '`/codex unfreeze --repository`'],
  },
  {
    code: 'frozen',
    because: 'what landed was not what was tested',
    snapshot: snapshot({ freezes: [{ ...freeze, source: 'mismatch', by: 'codex' }] }),
    says: ['frozen by Codex', 'once what landed has been looked at'],
  },
  {
    code: 'frozen',
    because: 'the base is frozen, which its required check codex/governance tells, too',
    snapshot: snapshot({
      freezes: [freeze],
      requirements: required('codex/governance'),
      checks: [check('codex/governance', { state: 'failure', conclusion: 'action_required' })],
    }),
    says: ['release 2.0'],
  },
  {
    code: 'check_pending',
    because: 'codex/governance still tells of a freeze that has ended',
    snapshot: snapshot({
      requirements: required('codex/governance'),
      checks: [check('codex/governance', { state: 'failure', conclusion: 'action_required' })],
    }),
    says: ['`codex/governance` has not finished', 'Nothing to do'],
  },
  {
    code: 'not_first',
    because: 'two others are before it',
    snapshot: snapshot({ ahead: [12, 15] }),
    says: ['`#12` and `#15` go first into `main`: position 3.'],
  },
];

/** What must not keep anything from landing. */
export const HARMLESS: readonly { readonly because: string; readonly snapshot: Snapshot }[] = [
  { because: 'nothing is missing', snapshot: snapshot() },
  {
    because: 'the fork was deleted: GitHub keeps its commits',
    snapshot: snapshot({ pull: pull({ fork: true }) }),
  },
  {
    because: 'somebody who may not write requested changes',
    snapshot: snapshot({ opinions: [opinion('mallory', { state: 'CHANGES_REQUESTED', mayWrite: false })] }),
  },
  {
    because: 'an earlier commit was approved, and the base does not mind',
    snapshot: snapshot({
      requirements: requirements({ approvals: 1 }),
      opinions: [opinion('grace', { commitId: OTHER })],
    }),
  },
  {
    because: 'conversations are open, and the base does not mind',
    snapshot: snapshot({ unresolvedThreads: 3 }),
  },
  {
    because: 'a check failed that is not required',
    snapshot: snapshot({ checks: [check('lint', { state: 'failure' })] }),
  },
  {
    because: 'the required App reported, and another one failed under the same name',
    snapshot: snapshot({
      requirements: required('build', 1),
      checks: [check('build', { appId: 1 }), check('build', { appId: 2, state: 'failure' })],
    }),
  },
  {
    because: 'its own check is required',
    snapshot: snapshot({
      requirements: required('codex/pr'),
      checks: [check('codex/pr', { state: 'pending' })],
    }),
  },
  {
    because: 'it changes workflows, which the App may write',
    snapshot: snapshot({
      files: { paths: ['.github/workflows/ci.yml'], complete: false },
      mayWriteWorkflows: true,
    }),
  },
  {
    because: 'the base is not protected, and the head branch has any name',
    snapshot: snapshot({
      pull: pull({ headRef: 'quick-fix', baseRef: 'sandbox' }),
      request: { ...snapshot().request, baseRef: 'sandbox' },
    }),
  },
  {
    because: 'the requester maintains the repository',
    snapshot: snapshot({ requester: { ...snapshot().requester, role: 'maintain' } }),
  },
];
