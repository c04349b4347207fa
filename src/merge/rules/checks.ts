/**
 * Required checks: exact names, and where the base asks for an App, only what that App reported. Codex's own checks
 * are other rules' business as long as those have something to say, so that nothing is told twice.
 */
import type { RequiredCheck } from '../../github/branch-requirements.ts';
import type { CommitCheck } from '../../github/commit-checks.ts';
import { PLAN_CHECK } from '../../plan/check-names.ts';
import { FROZEN, GOVERNANCE_CHECK, MERGE_CHECK } from '../check-name.ts';
import type { Snapshot } from '../snapshot.ts';
import { commit, quoted } from '../words.ts';
import { frozen } from './freeze.ts';
import { planRules } from './plan.ts';
import { governance } from './pull.ts';
import { type Finding, findingIf, type Rule } from './rule.ts';

export const requirementsUnread: Rule = {
  code: 'requirements_unread',
  effect: 'block',
  owner: 'operator',
  when: 'Codex could not read all that GitHub asks for before the base may change.',
  evaluate: ({ requirements: { unread } }) =>
    findingIf(unread !== null, {
      what: `Codex could not read all that the base asks for: ${(unread ?? '').replace(/[.\s]+$/, '')}.`,
      next: 'Give the App the permission it lacks; `codexctl doctor` names it.',
    }),
};

export const checkFailing: Rule = {
  code: 'check_failing',
  effect: 'block',
  owner: 'CI',
  when: 'A required check failed. Success, neutral and skipped pass.',
  evaluate: (snapshot) => requiredThatAre('failing', snapshot).map((check) => failed(check, snapshot)),
};

function failed(check: RequiredCheck, snapshot: Snapshot): Finding {
  const { context } = check;
  const conclusion = reported(check, snapshot).find(({ state }) => state === 'failure')?.conclusion ?? null;
  const how = conclusion === null ? '' : ` (${conclusion.replaceAll('_', ' ')})`;
  const again =
    context === PLAN_CHECK ? 'Comment `/codex plan`.' : 'Mend and push it, or run the check again.';
  return { what: `The required check ${quoted(context)} failed${how}.`, next: again };
}

export const checkPending: Rule = {
  code: 'check_pending',
  effect: 'wait',
  owner: 'CI',
  when: 'A required check has not finished.',
  evaluate: (snapshot) =>
    requiredThatAre('pending', snapshot).map(({ context }) => ({
      what: `The required check ${quoted(context)} has not finished.`,
      next: 'Nothing to do: it goes on when the check reports.',
    })),
};

export const checkAbsent: Rule = {
  code: 'check_absent',
  effect: 'wait',
  owner: 'CI',
  when: 'A required check has not reported on the head; the name must be exactly the same.',
  evaluate: (snapshot) =>
    requiredThatAre('absent', snapshot).map(({ context }) => ({
      what: `The required check ${quoted(context)} has not reported on ${commit(snapshot.pull.headSha)}.`,
      next: 'It should start by itself; if no workflow has exactly this name, an administrator takes it off the required checks.',
    })),
};

export const checkOfOtherApp: Rule = {
  code: 'check_of_other_app',
  effect: 'wait',
  owner: 'CI',
  when: 'A required check was reported by another App than the one the base asks for, which does not count.',
  evaluate: (snapshot) =>
    requiredThatAre('of_other_app', snapshot).map(({ context, appId }) => ({
      what: `A check ${quoted(context)} is there, but the base asks for the one of App ${appId}, which has not reported.`,
      next: 'It goes on when that App reports; if another one is meant, an administrator corrects the required check.',
    })),
};

type Standing = 'failing' | 'pending' | 'passed' | 'of_other_app' | 'absent';

/** Of the required checks, those that no other rule speaks for. */
function requiredThatAre(wanted: Standing, snapshot: Snapshot): readonly RequiredCheck[] {
  return snapshot.requirements.checks.filter(
    (check) => standingOf(check, snapshot) === wanted && !isSpokenFor(check.context, snapshot),
  );
}

/** `codex/pr` is this merge itself. */
function isSpokenFor(context: string, snapshot: Snapshot): boolean {
  if (context === PLAN_CHECK) return planRules.some((rule) => rule.evaluate(snapshot).length > 0);
  if (context === GOVERNANCE_CHECK) {
    return [governance, frozen].some((rule) => rule.evaluate(snapshot).length > 0);
  }
  return context === MERGE_CHECK;
}

/** A commit status and a check run may share a name, then both count. */
function standingOf(check: RequiredCheck, snapshot: Snapshot): Standing {
  const states = reported(check, snapshot).map(({ state }) => state);
  if (states.includes('failure')) return 'failing';
  if (states.includes('pending')) return 'pending';
  if (states.length > 0) return 'passed';
  return snapshot.checks.some(({ context }) => context === check.context) ? 'of_other_app' : 'absent';
}

/** What counts for a required check. */
function reported({ context, appId }: RequiredCheck, { checks }: Snapshot): readonly CommitCheck[] {
  return checks
    .filter((check) => check.context === context && (appId === null || check.appId === appId))
    .map((check) => (isOutdated(check) ? { ...check, state: 'pending' } : check));
}

/** `codex/governance` still tells of a freeze; where one stands, its own rule speaks for it. */
function isOutdated({ context, conclusion }: CommitCheck): boolean {
  return context === GOVERNANCE_CHECK && conclusion === FROZEN;
}
