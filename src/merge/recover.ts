/** An intent that GitHub was asked to merge: what became of it is read before anything else is done. */
import type { Pull } from '../github/pull.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { Intent } from './intent.ts';
import { UNKNOWN_MS } from './land.ts';
import { findLanding } from './landing.ts';
import { laterJobs } from './wake.ts';
import { quoted } from './words.ts';

/** GitHub ends a request that takes longer than 10 s: by then a call has landed, or will not in all likelihood. */
const SETTLED_MS = 15_000;

/**
 * Brings the intent to where its calls have brought it, and gives it: landed, ended by somebody else's merge, waiting,
 * or still `merging` where the last call may land any moment; then it is looked at again by itself.
 */
export async function recover(intent: Intent, deps: MergeDependencies): Promise<Intent> {
  const { intents, enqueue, now } = deps;
  const { id, state, mergedSha, mergingAt } = intent;
  if (mergedSha !== null) return intent;
  const { pull, sha } = await findLanding(intent, deps);
  if (sha !== null) intents.landed(id, sha);
  else if (pull.merged) mergedElsewhere(intent, pull, deps);
  else if (state === 'merging' && now() < (mergingAt ?? 0) + SETTLED_MS)
    enqueue(laterJobs(intent, UNKNOWN_MS));
  else intents.release(id, intent.refusal);
  return intents.get(id) ?? intent;
}

/** Brings an intent whose pull request is merged to its end: a call that was taken for lost may have merged it. */
export async function endMerged(intent: Intent, pull: Pull, deps: MergeDependencies): Promise<void> {
  const sha = await lateLanding(intent, deps);
  if (sha === null) mergedElsewhere(intent, pull, deps);
  else deps.intents.landed(intent.id, sha);
}

/** The commit of a call that has landed after it was taken for lost; null: there is none. */
export async function lateLanding(intent: Intent, deps: MergeDependencies): Promise<string | null> {
  return intent.calls === 0 ? null : (await findLanding(intent, deps)).sha;
}

/** Ends an intent whose pull request somebody else has merged: that nobody verified. */
function mergedElsewhere(
  { id }: Intent,
  { mergedBy, mergeCommitSha }: Pick<Pull, 'mergedBy' | 'mergeCommitSha'>,
  { intents, now }: Pick<MergeDependencies, 'intents' | 'now'>,
): void {
  const by = mergedBy === null ? 'Somebody' : quoted(mergedBy);
  const reason = `${by} merged the pull request, not Codex: whether what landed was tested is not known.`;
  intents.elsewhere(id, mergeCommitSha, reason, now());
}
