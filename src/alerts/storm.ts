/**
 * A storm: alerts of one strategy come faster than they are acted on, as while GitHub is down, or faster than anybody
 * needs, as when a relay loops or a token has leaked. The first ones keep their jobs. From then on those of one kind
 * and chart have one job a minute, which carries the latest, is last in line, so that the end of what happened is acted
 * on last, and counts those it stands for; and once there are too many kinds and charts, whatever comes has.
 */
import type { NewJob } from '../jobs/job.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Alert } from './alert.ts';
import { ALERT, type AlertPayload, alertJob, alertPayload } from './receive.ts';

const MINUTE = 60_000;
const WINDOW_MS = 5 * MINUTE;
/** Jobs of a strategy within the window, or waiting, before a storm. TradingView stops an alert at 15 in 3 minutes. */
const KEPT = 50;
/** And before kinds and charts are no longer told apart: made-up ones must not use up what GitHub lets us call. */
const TOLD_APART = 150;
/** From the first alert that a job stands for until it is due. */
const GATHERED_MS = MINUTE;

type Queue = Pick<JobStore, 'enqueue' | 'findWaiting' | 'countOf' | 'withdraw'>;

/** Stores jobs as the queue does, within the caller's transaction, and collapses storms of alerts. */
export function enqueueCollapsed(queue: Queue, jobs: readonly NewJob[], now: number): void {
  for (const job of jobs) {
    const before = job.kind === ALERT ? queue.countOf(job.lane ?? '', now - WINDOW_MS) : 0;
    if (before < KEPT) queue.enqueue([job], now);
    else gather(queue, job, before < TOLD_APART, now);
  }
}

/** `apart`: only with what is of the same kind and chart. */
function gather(queue: Queue, { lane, payload }: NewJob, apart: boolean, now: number): void {
  const given = alertPayload.parse(payload);
  const waiting = queue.findWaiting(lane ?? '', ({ id, attempt, payload: of }) => {
    const found = attempt === 0 ? alertPayload.parse(of) : null;
    return found && (!apart || isAlike(found.alert, given.alert)) ? { id, ...found } : null;
  });
  const next = waiting ? standingFor(waiting, given.alert) : given;
  const dueAt = (next.collapsed?.firstAt ?? now) + GATHERED_MS;
  const stored = queue.enqueue([{ ...alertJob(next), delayMs: Math.max(0, dueAt - now) }], now);
  if (waiting && stored.length > 0) queue.withdraw(waiting.id);
}

function isAlike(a: Alert, b: Alert): boolean {
  const sameChart = a.symbol === b.symbol && a.exchange === b.exchange && a.interval === b.interval;
  return a.alert === b.alert && sameChart;
}

/** What is left of an alert that waits and one that takes its place. Pure. */
function standingFor(waiting: AlertPayload, alert: Alert): AlertPayload {
  const { count, firstAt } = waiting.collapsed ?? { count: 0, firstAt: waiting.alert.receivedAt };
  return { alert, collapsed: { count: count + 1, firstAt, lastAt: waiting.alert.receivedAt } };
}
