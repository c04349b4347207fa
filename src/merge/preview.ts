import { readSquashText } from './commit-text.ts';
import { decide } from './decide.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { MergeRequest } from './intent.ts';
import { type Looked, readPull, readSnapshot } from './read-snapshot.ts';
import { dryRunAnswer } from './report/waiting.ts';

/** What is not known before the merge, in the place where it will stand. */
const UNKNOWN = '…';

/** What a look would come to now, and the exact text of the commit, as Markdown. Nothing is done or stored. */
export async function preview(request: MergeRequest, deps: MergeDependencies): Promise<string> {
  const [active] = deps.intents.active(request);
  const snapshot = await readSnapshot(
    active ?? unstored(request, deps.now()),
    await readPull(request, deps),
    deps,
  );
  const ids = { intentId: active?.id ?? UNKNOWN, planId: snapshot.plan?.id ?? UNKNOWN };
  return dryRunAnswer(decide(snapshot), await readSquashText(snapshot, ids, deps), snapshot.mistakes);
}

function unstored(request: MergeRequest, now: number): Looked {
  const never = { refusal: null, mergingAt: null };
  return { id: UNKNOWN, request, createdAt: now, plans: 0, asked: 0, calls: 0, ...never };
}
