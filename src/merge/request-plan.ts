import { ALL_TESTS } from '../plan/request-schema.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { Intent } from './intent.ts';
import type { Snapshot } from './snapshot.ts';

/** Has the tree that would land now tested. Repeated after a crash, it is one plan. */
export function requestPlan(
  { id, plans, request }: Intent,
  { now }: Snapshot,
  deps: Pick<MergeDependencies, 'intents' | 'requestPlan'>,
): void {
  const { commentId, ...same } = request;
  const trigger = { type: 'merge' as const, intent: id };
  deps.requestPlan({ ...same, arguments: ALL_TESTS, trigger, acceptedAt: now }, `merge:${id}:plan:${plans}`);
  deps.intents.planned(id);
}
