/** What becomes of a merge. Events only wake this: it looks at nothing but the snapshot, and tells every reason. */
import type { Decision, Reason } from './decision.ts';
import { mergeabilityUnknown, nextMergeabilityCheck } from './rules/mergeability.ts';
import { planNeeded, planRunning } from './rules/plan.ts';
import { baseRetargeted, closed, headMoved, type OfPull } from './rules/request.ts';
import type { Rule } from './rules/rule.ts';
import { RULES } from './rules/rules.ts';
import { notFirst } from './rules/turn.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * `done` where it is merged already, whoever merged it: no reason counts any more. Otherwise the gravest effect of
 * all reasons (cancel, block, wait), and `merge` where there is none.
 */
export function decide(snapshot: Snapshot): Decision {
  return snapshot.pull.merged ? DONE : decideBy(RULES, snapshot);
}

/** `done` or `cancel` where the pull request alone says so; null: everything else has to be read. */
export function decideByPull(seen: OfPull): Decision | null {
  if (seen.pull.merged) return DONE;
  const decision = decideBy([closed, headMoved, baseRetargeted], seen);
  return decision.action === 'cancel' ? decision : null;
}

const DONE: Decision = { action: 'done', reasons: [] };

function decideBy<Sees>(rules: readonly Rule<Sees>[], seen: Sees): Decision {
  const reasons = rules.flatMap(({ code, effect, owner, evaluate }) =>
    evaluate(seen).map(({ what, next }) => ({ code, effect, owner, what, next })),
  );
  return { action: actionOf(reasons), reasons };
}

function actionOf(reasons: readonly Reason[]): Decision['action'] {
  const effects = new Set(reasons.map(({ effect }) => effect));
  if (effects.has('cancel')) return 'cancel';
  if (effects.has('block')) return 'block';
  return effects.has('wait') ? 'wait' : 'merge';
}

/** Nothing but a plan of the tree that would land now is missing: Codex is to request one. */
export function needsPlan(decision: Decision): boolean {
  return decision.action === 'wait' && decision.reasons.every(({ code }) => code === planNeeded.code);
}

const IN_LINE: ReadonlySet<string> = new Set([planNeeded.code, planRunning.code, notFirst.code]);

/**
 * Nothing but plan and turn is missing: it has its place in the base's line. What GitHub computes anew after each
 * merge (mergeability) costs no place as long as GitHub may be expected to answer.
 */
export function isInLine(snapshot: Snapshot, decision: Decision): boolean {
  const patient = nextMergeabilityCheck(snapshot.mergeabilityAsked) !== null;
  return (
    (decision.action === 'wait' || decision.action === 'merge') &&
    decision.reasons.every(({ code }) => IN_LINE.has(code) || (patient && code === mergeabilityUnknown.code))
  );
}
