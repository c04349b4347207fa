/**
 * An intent that GitHub was asked to merge: what became of it is read before anything else is done. Its trailer in a
 * commit's message says beyond doubt that a call of it has landed, and where.
 */
import { repositoryName } from '../github/client.ts';
import { logSince, readCommit } from '../github/commit.ts';
import { getPull, type Pull } from '../github/pull.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { Intent } from './intent.ts';
import { UNKNOWN_MS } from './land.ts';
import { verify } from './verify.ts';
import { laterJobs } from './wake.ts';
import { quoted } from './words.ts';

/** GitHub ends a request that takes longer than 10 s: by then a call has landed, or will not in all likelihood. */
const SETTLED_MS = 15_000;
/** Commits of the base that are looked through; more never land between a call and the look for it. */
const LOG_READ = 300;

/**
 * Brings the intent to where its calls have brought it, and gives it: landed, ended by somebody else's merge, waiting,
 * or still `merging` where the last call may land any moment; then it is looked at again by itself.
 */
export async function recover(intent: Intent, deps: MergeDependencies): Promise<Intent> {
  const { intents, enqueue, now } = deps;
  const { id, state, mergedSha, mergingAt } = intent;
  if (mergedSha !== null) return intent;
  const { pull, sha } = await findLanding(intent, deps);
  if (sha !== null) await settle(intent, sha, deps);
  else if (pull.merged) mergedElsewhere(intent, pull, deps);
  else if (state === 'merging' && now() < (mergingAt ?? 0) + SETTLED_MS)
    enqueue(laterJobs(intent, UNKNOWN_MS));
  else intents.release(id, intent.refusal);
  return intents.get(id) ?? intent;
}

/** Brings an intent whose pull request is merged to its end: a call that was taken for lost may have merged it. */
export async function endMerged(intent: Intent, pull: Pull, deps: MergeDependencies): Promise<void> {
  if (!(await settleLate(intent, deps))) mergedElsewhere(intent, pull, deps);
}

/** Verifies what a call has landed that was taken for lost. False: there is nothing. */
export async function settleLate(intent: Intent, deps: MergeDependencies): Promise<boolean> {
  const { sha } = intent.calls === 0 ? { sha: null } : await findLanding(intent, deps);
  if (sha !== null) await settle(intent, sha, deps);
  return sha !== null;
}

/** The base is the intent's own until what landed is verified, if it still was when that was found out. */
async function settle(intent: Intent, sha: string, deps: MergeDependencies): Promise<void> {
  deps.intents.landed(intent.id, sha);
  await verify(intent, sha, deps);
}

/**
 * Looks at the pull request and at the base's log since the call: GitHub may show one before the other, and open
 * again what was merged. `sha`: the commit of this intent on the base; null: there is none.
 */
async function findLanding(
  { id, request, expected }: Intent,
  { installations }: Pick<MergeDependencies, 'installations'>,
): Promise<{ readonly pull: Pull; readonly sha: string | null }> {
  const octokit = await installations.octokit(request.installation);
  const name = repositoryName(request.repository);
  const [pull, log] = await Promise.all([
    getPull(octokit, name, request.pull),
    logSince(octokit, name, request.baseRef, expected?.baseSha ?? null, LOG_READ),
  ]);
  const found = log.find(({ message }) => isOf(id, message));
  if (found || pull.mergeCommitSha === null) return { pull, sha: found?.sha ?? null };
  const commit = await readCommit(octokit, name, pull.mergeCommitSha);
  return { pull, sha: isOf(id, commit.message) ? commit.sha : null };
}

/** The title is as its author wrote it, who may have written another intent's trailer. */
function isOf(id: string, message: string): boolean {
  return message.split('\n').slice(1).includes(`Codex-Merge: ${id}`);
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
