/** One look at an intent that waits: read, decide, store, show, act. */
import { ALL_TESTS } from '../plan/request-schema.ts';
import { decide, decideByPull, isInLine, needsPlan } from './decide.ts';
import type { Decision } from './decision.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { Intent } from './intent.ts';
import type { Look } from './intents.ts';
import { land } from './land.ts';
import { priorityOf } from './line.ts';
import { readPull, readSnapshot } from './read-snapshot.ts';
import { endMerged } from './recover.ts';
import { waitingOutput } from './report/waiting.ts';
import { nextMergeabilityCheck } from './rules/mergeability.ts';
import type { Snapshot } from './snapshot.ts';
import { laterJobs, wakeOthers } from './wake.ts';

export async function look(intent: Intent, deps: MergeDependencies): Promise<void> {
  const { request } = intent;
  const pull = await readPull(request, deps);
  const early = decideByPull({ pull, request });
  if (early?.action === 'done') return endMerged(intent, pull, deps);
  if (early) return cancel({ ...intent, decision: early, inLine: false }, deps);
  const snapshot = await readSnapshot(intent, pull, deps);
  const decision = decide(snapshot);
  const seen = { ...intent, ...lookOf(snapshot, decision) };
  if (decision.action === 'cancel') return cancel(seen, deps);
  if (!store(intent, seen, deps)) return;
  if (needsPlan(decision)) requestPlan(intent, snapshot, deps);
  if (pull.mergeable === null) askAgain(intent, snapshot, deps);
  if (decision.action === 'merge') return land(intent, snapshot, deps);
  await show(intent, snapshot, decision, deps);
}

function lookOf(snapshot: Snapshot, decision: Decision): Look {
  const { expiresAt, mergeabilityAsked: asked, pull, config } = snapshot;
  const priority = priorityOf(pull.labels, config.merge.priority_labels);
  return { decision, inLine: isInLine(snapshot, decision), priority, expiresAt, asked };
}

/** An intent as a look leaves it. */
type Seen = Pick<Intent, 'id'> & Look;

function cancel(seen: Seen, { intents, now }: MergeDependencies): void {
  if (intents.looked(seen.id, seen)) intents.cancel(seen.id, causeOf(seen.decision), now());
}

/** False where it has ended meanwhile. Whoever leaves the line lets the others of the base go on. */
function store(intent: Intent, seen: Seen, deps: MergeDependencies): boolean {
  const stored = deps.intents.looked(seen.id, seen);
  const moved = intent.inLine !== seen.inLine || intent.priority !== seen.priority;
  if (stored && moved) wakeOthers(intent, deps);
  return stored;
}

function causeOf({ reasons }: Decision): string {
  const [cause] = reasons.filter(({ effect }) => effect === 'cancel');
  return cause ? `${cause.what} ${cause.next}` : '';
}

/** Has the tree that would land now tested. Repeated after a crash, it is one plan. */
function requestPlan({ id, plans, request }: Intent, { now }: Snapshot, deps: MergeDependencies): void {
  const { commentId, ...same } = request;
  const trigger = { type: 'merge' as const, intent: id };
  deps.requestPlan({ ...same, arguments: ALL_TESTS, trigger, acceptedAt: now }, `merge:${id}:plan:${plans}`);
  deps.intents.planned(id);
}

function askAgain(intent: Intent, { mergeabilityAsked }: Snapshot, { enqueue }: MergeDependencies): void {
  const delayMs = nextMergeabilityCheck(mergeabilityAsked);
  if (delayMs !== null) enqueue(laterJobs(intent, delayMs));
}

async function show(
  { id, request }: Intent,
  { expiresAt, mistakes }: Snapshot,
  decision: Decision,
  { intents, check, publish }: MergeDependencies,
): Promise<void> {
  const current = intents.get(id);
  if (current?.state !== 'waiting') return;
  await check.show(current, waitingOutput({ decision, request, expiresAt, mistakes }));
  await publish(current);
}
