/** Shows the end of an intent, each effect repeatable: head branch, alarm, check run, comment, reaction. */
import { repositoryName } from '../github/client.ts';
import { openIssueOnce } from '../github/issue.ts';
import type { Reaction } from '../github/reaction.ts';
import { clearBranch } from './clear-branch.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { Intent } from './intent.ts';
import { mismatchIssue } from './report/ended.ts';
import { wakeOthers } from './wake.ts';

/** Does one effect; what it lets pass keeps the others from nobody. */
export type Show = (effect: () => Promise<void>) => Promise<void>;

export const showAll: Show = (effect) => effect();

export async function finish(ended: Intent, deps: MergeDependencies, show: Show): Promise<void> {
  wakeOthers(ended, deps);
  const intent = await clearBranch(ended, deps);
  await show(() => raiseAlarm(intent, deps));
  await show(() => deps.check.complete(intent));
  await show(() => deps.publish(intent));
  await show(() => deps.react(intent, reactionTo(intent)));
  deps.intents.reported(intent.id, deps.now());
}

/** What landed is not what was tested: the base is frozen already, and now everybody hears of it. */
async function raiseAlarm({ id, request, receipt }: Intent, deps: MergeDependencies): Promise<void> {
  if (!receipt || receipt.verified) return;
  const octokit = await deps.installations.octokit(request.installation);
  const marker = `<!-- codex:mismatch:${id} -->`;
  const { title, body } = mismatchIssue(receipt);
  await openIssueOnce(octokit, repositoryName(request.repository), {
    title,
    body: `${marker}\n${body}`,
    marker,
    labels: [],
  });
}

function reactionTo({ receipt }: Intent): Reaction {
  if (!receipt) return 'confused';
  return receipt.verified ? 'rocket' : '-1';
}
