/** One look at an intent that waits: read, decide, store, show, act. */
import { decide, isInLine, needsPlan } from './decide.ts';
import type { Decision } from './decision.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { Intent } from './intent.ts';
import { land } from './land.ts';
import { priorityOf } from './line.ts';
import { readSnapshot } from './read-snapshot.ts';
import { endMerged } from './recover.ts';
import { waitingOutput } from './report/waiting.ts';
import { requestPlan } from './request-plan.ts';
import { nextMergeabilityCheck } from './rules/mergeability.ts';
import type { Snapshot } from './snapshot.ts';
import { laterJobs, wakeOthers } from './wake.ts';

export async function look(intent: Intent, deps: MergeDependencies): Promise<void> {
  const snapshot = await readSnapshot(intent, deps);
  const decision = decide(snapshot);
  if (!store(intent, snapshot, decision, deps)) return;
  if (decision.action === 'done') return endMerged(intent, snapshot.pull, deps);
  if (decision.action === 'cancel') {
    deps.intents.cancel(intent.id, causeOf(decision), deps.now());
    return;
  }
  if (needsPlan(decision)) requestPlan(intent, snapshot, deps);
  if (snapshot.pull.mergeable === null) askAgain(intent, snapshot, deps);
  if (decision.action === 'merge') return land(intent, snapshot, deps);
  await show(intent, snapshot, decision, deps);
}

/** False where it has ended meanwhile. Whoever leaves the line lets the others of the base go on. */
function store(intent: Intent, snapshot: Snapshot, decision: Decision, deps: MergeDependencies): boolean {
  const inLine = isInLine(snapshot, decision);
  const { expiresAt, mergeabilityAsked: asked } = snapshot;
  const priority = priorityOf(snapshot.pull.labels, snapshot.config.merge.priority_labels);
  const stored = deps.intents.looked(intent.id, { decision, inLine, priority, expiresAt, asked });
  if (stored && (intent.inLine !== inLine || intent.priority !== priority)) wakeOthers(intent, deps);
  return stored;
}

function causeOf({ reasons }: Decision): string {
  const [cause] = reasons.filter(({ effect }) => effect === 'cancel');
  return cause ? `${cause.what} ${cause.next}` : '';
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
