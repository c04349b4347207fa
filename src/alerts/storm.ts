/**
 * A storm: alerts of one strategy come faster than they are acted on, as when a relay loops or GitHub is down. The
 * first ones keep their jobs. From then on each kind has one job for all that follow, which carries the latest
 * alert, is last in line, so that the end of what happened is acted on last, and counts those it stands for.
 */
import type { NewJob } from '../jobs/job.ts';
import type { JobStore } from '../jobs/store.ts';
import { ALERT, type AlertPayload, alertPayload } from './payload.ts';
import { alertJob } from './receive.ts';

/** Alerts of a strategy that wait and are not collapsed. TradingView stops an alert that fires 15 times in 3 minutes. */
const KEPT = 50;
/** How many that wait are looked through for one of the same kind: made-up kinds must not make this slow. */
const SEARCHED = 20;

type Queue = Pick<JobStore, 'enqueue' | 'findWaiting' | 'countWaitingIn' | 'withdraw'>;

/** Stores jobs as the queue does, within the caller's transaction, and collapses storms of alerts. */
export function enqueueCollapsed(queue: Queue, jobs: readonly NewJob[], now: number): void {
  for (const job of jobs) queue.enqueue([job.kind === ALERT ? collapsed(queue, job) : job], now);
}

function collapsed(queue: Queue, job: NewJob): NewJob {
  const lane = job.lane ?? '';
  if (queue.countWaitingIn(lane) < KEPT) return job;
  const { alert } = alertPayload.parse(job.payload);
  const latest = queue.findWaiting(lane, SEARCHED, ({ payload }) => kindOf(payload) === alert.alert);
  if (!latest || latest.dedupe === job.dedupe || !queue.withdraw(latest.id)) return job;
  return alertJob(standingFor(alertPayload.parse(latest.payload), alert));
}

function kindOf(payload: unknown): string | undefined {
  return alertPayload.safeParse(payload).data?.alert.alert;
}

/** What is left of an alert that waits and one that takes its place. Pure. */
function standingFor(waiting: AlertPayload, alert: AlertPayload['alert']): AlertPayload {
  const { count, firstAt } = waiting.collapsed ?? { count: 0, firstAt: waiting.alert.receivedAt };
  return { alert, collapsed: { count: count + 1, firstAt, lastAt: waiting.alert.receivedAt } };
}
