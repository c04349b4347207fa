/**
 * Asks GitHub to merge. The database knows before GitHub does: whatever a crash or a lost answer leaves open is an
 * intent in state `merging`, whose next look reads before it asks again (recover.ts).
 */
import { branchTip } from '../github/branch.ts';
import { repositoryName } from '../github/client.ts';
import { squashMerge } from '../github/merge.ts';
import { MERGE_CHECK } from './check-name.ts';
import { readSquashText } from './commit-text.ts';
import type { MergeDependencies } from './dependencies.ts';
import { concerning } from './freeze-scope.ts';
import { isProtectedBase } from './governance/rules.ts';
import type { ExpectedLanding, Intent } from './intent.ts';
import { type Interpretation, interpretMerge } from './interpret.ts';
import { countingApprovals } from './rules/reviews.ts';
import type { Snapshot } from './snapshot.ts';
import { laterJobs, wakeJobs } from './wake.ts';

/** Calls after which a base that is modified all the time is told as a refusal, which is waited out. */
const MOST_CALLS = 5;
/** Milliseconds, times the calls so far: whoever else merges into the base is not met again. */
const JITTER_MS = 2_000;
/** When to look after a call whose answer is not known. */
export const UNKNOWN_MS = 5_000;

/** Asks once. Returns also where somebody else merges into the base or has moved it: the next look decides anew. */
export async function land(intent: Intent, snapshot: Snapshot, deps: MergeDependencies): Promise<void> {
  const expected = await expectedLanding(intent, snapshot, deps);
  const { installation, repository, pull, baseRef, headSha } = intent.request;
  const octokit = await deps.installations.octokit(installation);
  const name = repositoryName(repository);
  if ((await branchTip(octokit, name, baseRef)) !== expected.baseSha) return lookAgain(intent, deps);
  // A freeze that came since the snapshot counts: from here to the call nothing comes in between.
  if (isFrozen(snapshot, deps)) return lookAgain(intent, deps);
  if (!deps.intents.call(intent.id, expected, deps.now())) return;
  const { title, message } = expected;
  const answer = await squashMerge(octokit, name, pull, { sha: headSha, title, message });
  deps.log.info({ intent: intent.id, answer }, 'GitHub was asked to merge');
  follow({ ...intent, calls: intent.calls + 1 }, interpretMerge(answer), deps);
}

function lookAgain({ id }: Intent, { intents, enqueue }: MergeDependencies): void {
  const current = intents.get(id);
  if (current) enqueue(wakeJobs([current], null));
}

function isFrozen({ request, files }: Snapshot, { freezes, now }: MergeDependencies): boolean {
  return concerning(freezes.standing(request.repositoryId, request.baseRef, now()), files).length > 0;
}

async function expectedLanding(
  intent: Intent,
  snapshot: Snapshot,
  deps: MergeDependencies,
): Promise<ExpectedLanding> {
  const { plan, pull, baseSha, config } = snapshot;
  if (!plan?.tree || baseSha === null) throw new Error(`The merge ${intent.id} was decided without a plan.`);
  const text = await readSquashText(snapshot, { intentId: intent.id, planId: plan.id }, deps);
  return {
    ...text,
    baseSha,
    tree: plan.tree,
    plan: plan.id,
    planTitle: plan.title,
    planUrl: plan.url,
    deleteBranch: config.merge.delete_branch && !isProtectedBase(pull.headRef, config.governance),
    grounds: groundsOf(snapshot),
  };
}

/** On what grounds it lands, for the receipt: only approvals that count, and not the check run of the merge itself. */
export function groundsOf(snapshot: Snapshot): ExpectedLanding['grounds'] {
  const { requester, checks } = snapshot;
  return {
    permission: requester.role,
    entitlement: requester.entitlement.reason,
    approvals: countingApprovals(snapshot).map(({ login, commitId }) => ({ login, commitId })),
    checks: checks
      .filter(({ context }) => context !== MERGE_CHECK)
      .map(({ context, conclusion, state, url }) => ({
        name: context,
        conclusion: conclusion ?? state,
        url,
      })),
  };
}

function follow(intent: Intent, answer: Interpretation, deps: MergeDependencies): void {
  const { intents, enqueue, now, random } = deps;
  const { id, calls } = intent;
  switch (answer.type) {
    case 'landed':
      intents.landed(id, answer.sha);
      return;
    case 'base_modified':
      intents.release(id, calls < MOST_CALLS ? null : 'Base branch was modified');
      enqueue(laterJobs(intent, random() * JITTER_MS * calls));
      return;
    case 'head_moved':
      intents.cancel(id, HEAD_MOVED, now());
      return;
    case 'refused':
      intents.release(id, answer.message);
      lookAgain(intent, deps);
      return;
    case 'impossible':
      intents.cancel(id, `GitHub cannot merge it: ${answer.message}`, now());
      return;
    case 'unknown':
      intents.unanswered(id, now());
      enqueue(laterJobs(intent, UNKNOWN_MS));
  }
}

const HEAD_MOVED =
  'The head moved while GitHub was asked to merge, and only the commit that was asked for is ever merged: nothing was. Look at what was pushed and comment `/codex pr` again.';
