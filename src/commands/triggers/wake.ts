/** GitHub events that a waiting merge may have waited for → jobs that have it looked at. Pure. */
import type { NewJob } from '../../jobs/job.ts';
import { MERGE_CHECK } from '../../merge/check-name.ts';
import { WAKE, type WakePayload } from '../../merge/wake.ts';
import { baseJob, PRIORITY } from '../event-jobs.ts';
import { branchOf, type Common, checkRun, checkSuite, pullEvent, push, status } from '../events.ts';

/** What can change a decision; a person assigned or a reviewer asked cannot. */
const PULL_ACTIONS: ReadonlySet<string> = new Set([
  'opened',
  'reopened',
  'closed',
  'edited',
  'synchronize',
  'labeled',
  'unlabeled',
  'ready_for_review',
  'converted_to_draft',
]);

export function wakeOnPull(payload: unknown, delivery: string): NewJob[] | string {
  const event = pullEvent.parse(payload);
  if (!PULL_ACTIONS.has(event.action)) return `the pull request was ${event.action}`;
  return [wakeJob(event, delivery, { type: 'pull', number: event.pull_request.number })];
}

export function wakeOnReview(payload: unknown, delivery: string): NewJob[] {
  const event = pullEvent.parse(payload);
  return [wakeJob(event, delivery, { type: 'pull', number: event.pull_request.number })];
}

/** Its own check run says what was decided: nothing can wait for that. */
export function wakeOnCheckRun(payload: unknown, delivery: string): NewJob[] | string {
  const event = checkRun.parse(payload);
  const { name, head_sha: sha } = event.check_run;
  if (name === MERGE_CHECK) return `the check run is ${name}`;
  if (event.action !== 'completed' && event.action !== 'created') return `the check run was ${event.action}`;
  return [wakeJob(event, delivery, { type: 'head', sha })];
}

export function wakeOnCheckSuite(payload: unknown, delivery: string): NewJob[] | string {
  const event = checkSuite.parse(payload);
  if (event.action !== 'completed') return `the check suite was ${event.action}`;
  return [wakeJob(event, delivery, { type: 'head', sha: event.check_suite.head_sha })];
}

export function wakeOnStatus(payload: unknown, delivery: string): NewJob[] {
  const event = status.parse(payload);
  return [wakeJob(event, delivery, { type: 'head', sha: event.sha })];
}

export function wakeOnPush(payload: unknown, delivery: string): NewJob[] | string {
  const event = push.parse(payload);
  const ref = branchOf(event.ref);
  return ref === null ? 'no branch was pushed' : [wakeJob(event, delivery, { type: 'base', ref })];
}

function wakeJob(
  event: Pick<Common, 'repository' | 'installation'>,
  delivery: string,
  target: WakePayload['target'],
): NewJob {
  const payload: WakePayload = { repositoryId: event.repository.id, target };
  return {
    ...baseJob(event, delivery),
    kind: WAKE,
    dedupe: `wake:${delivery}`,
    lane: null,
    priority: PRIORITY.wake,
    payload,
  };
}
