/** Accepting and withdrawing a `/codex pr`. */
import type { NewJob } from '../jobs/job.ts';
import type { Db } from '../store/database.ts';
import type { Intent, MergeRequest } from './intent.ts';
import type { IntentStore } from './intents.ts';
import { wakeJobs } from './wake.ts';
import { commit, quoted } from './words.ts';

interface Dependencies {
  readonly db: Db;
  readonly intents: IntentStore;
  readonly enqueue: (jobs: readonly NewJob[]) => void;
  readonly now: () => number;
  /** A new id that sorts by age. */
  readonly newId: () => string;
}

/** Until a look has read the repository's `merge.expires_hours`. */
const EXPIRES_MS = 24 * 3_600_000;

/**
 * Stores an intent and the first look at it. An active one of the pull request with the same head stays, and so does
 * one that has merged this head: GitHub may open again what was merged. One with another head or base gives way.
 */
export function requestMerge(
  deps: Dependencies,
  request: MergeRequest,
  delivery: string | null,
): { readonly intent: Intent; readonly isNew: boolean } {
  const { db, intents, enqueue, now } = deps;
  return db.transaction(() => {
    const last = intents.latest(request.repositoryId, request.pull);
    if (last?.state === 'merged' && isSame(last.request, request)) return { intent: last, isNew: false };
    if (last && !isSame(last.request, request)) supersede(last, request, deps);
    const id = deps.newId();
    const intent = intents.create(id, request, { now: now(), expiresAt: now() + EXPIRES_MS });
    enqueue(wakeJobs([intent], delivery));
    return { intent, isNew: intent.id === id };
  })();
}

function isSame(one: MergeRequest, other: MergeRequest): boolean {
  return one.headSha === other.headSha && one.baseRef === other.baseRef;
}

function supersede(last: Intent, { headSha, baseRef, requestedBy }: MergeRequest, deps: Dependencies): void {
  const by = quoted(requestedBy);
  end(last, `Superseded: ${by} asked to merge ${commit(headSha)} into ${quoted(baseRef)}.`, deps);
}

/** Ends an intent that waits. False where it has ended, or GitHub was asked to merge. `reason`: for a person. */
export function withdrawMerge(deps: Dependencies, intent: Intent, reason: string): boolean {
  return deps.db.transaction(() => end(intent, reason, deps))();
}

/** Withdraws every merge that waits and that `isMeant`. `reason`: for a person. */
export function withdrawMerges(
  deps: Dependencies,
  isMeant: (request: MergeRequest) => boolean,
  reason: string,
): void {
  for (const intent of deps.intents.active())
    if (isMeant(intent.request)) withdrawMerge(deps, intent, reason);
}

function end({ id }: Intent, reason: string, { intents, enqueue, now }: Dependencies): boolean {
  const ended = intents.withdraw(id, reason, now());
  const current = intents.get(id);
  if (ended && current) enqueue(wakeJobs([current], null));
  return ended;
}
