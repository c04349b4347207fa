/**
 * Jobs of kind `watch`: after pushes, the configuration of the default branch says which strategies are to be heard, so
 * that one whose alerts never come is missed, too. The pushes of some minutes are one job at their end.
 */
import type { Job, JobHandler, NewJob } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { WAKE, wakePayload } from '../merge/wake.ts';
import type { AlertDependencies } from './job.ts';

const WATCH = 'watch';
/** Behind everything that somebody waits for. */
const PRIORITY = 10;
const WINDOW_MS = 10 * 60_000;

/** The one job after `wake`, a job that an event caused; null where that was no push. */
export function watchJob(wake: Job, now: number): NewJob | null {
  if (wake.kind !== WAKE) return null;
  const { repositoryId, target } = wakePayload.parse(wake.payload);
  if (target.type !== 'base') return null;
  const { installation, repository, delivery } = wake;
  const window = Math.floor(now / WINDOW_MS);
  return {
    kind: WATCH,
    queue: 'command',
    dedupe: `watch:${repositoryId}:${window}`,
    lane: null,
    ...{ installation, repository, delivery, pull: null, payload: {} },
    priority: PRIORITY,
    delayMs: (window + 1) * WINDOW_MS - now,
  };
}

interface Dependencies extends Pick<AlertDependencies, 'repositories' | 'heartbeats' | 'now'> {
  readonly log: Log;
}

export function watchHandler({ repositories, heartbeats, now, log }: Dependencies): JobHandler {
  return {
    kind: WATCH,
    async run({ repository, cancelReason }) {
      const opened = cancelReason === null ? await repositories.open(repository) : null;
      if (opened !== null) heartbeats.watch(opened, null, now());
    },
    /** The next push, or alert, has it read again. */
    async abandon({ id, repository }, reason) {
      log.error({ job: id, repository, reason }, 'the strategies of a repository could not be read');
    },
  };
}
