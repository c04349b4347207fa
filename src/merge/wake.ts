/**
 * Wakes: events never decide anything about a merge, they only have somebody look again. Each look is a job of kind
 * `merge`, named by the looks before it, so that what happens until it begins is one look.
 */
import type { JobHandler, NewJob } from '../jobs/job.ts';
import type { Intent } from './intent.ts';
import type { ActiveSelector, IntentStore } from './intents.ts';
import { WAKE, type WakePayload, wakePayload } from './wake-payload.ts';

/** The job kind of a look at one intent; its payload is the intent's id. */
export const MERGE = 'merge';

const PRIORITY = 50;
/** Within a lane a look that is due later holds up none that is wanted now. */
const LATER_PRIORITY = 40;

/** One look at each intent. `delivery`: the webhook that caused it, for the logs. */
export function wakeJobs(intents: readonly Intent[], delivery: string | null): NewJob[] {
  return intents.map(({ id, evaluations, request }) => ({
    kind: MERGE,
    queue: 'command',
    dedupe: `merge:${id}:${evaluations}`,
    lane: `merge:${id}`,
    installation: request.installation,
    repository: request.repository,
    pull: request.pull,
    priority: PRIORITY,
    payload: { intent: id },
    delivery,
  }));
}

/** One more look at the intent in `delayMs`, whatever happens until then. */
export function laterJobs(intent: Intent, delayMs: number): NewJob[] {
  return wakeJobs([intent], null).map((job) => ({
    ...job,
    dedupe: `${job.dedupe}:later`,
    priority: LATER_PRIORITY,
    delayMs,
  }));
}

/** The place of the others that go into the same base has changed. */
export function wakeOthers({ id, request }: Intent, { intents, enqueue }: Dependencies): void {
  const { repositoryId, baseRef } = request;
  const others = intents.active({ repositoryId, baseRef }).filter((other) => other.id !== id);
  enqueue(wakeJobs(others, null));
}

interface Dependencies {
  readonly intents: Pick<IntentStore, 'active'>;
  readonly enqueue: (jobs: readonly NewJob[]) => void;
}

/** Handles jobs of kind `wake`, with no call to GitHub: most events concern no merge. */
export function wakeHandler({ intents, enqueue }: Dependencies): JobHandler {
  return {
    kind: WAKE,
    async run(job) {
      enqueue(wakeJobs(intents.active(selectorOf(wakePayload.parse(job.payload))), job.delivery));
    },
    /** The timer looks at every intent, with an event or without. */
    async abandon() {},
  };
}

function selectorOf({ repositoryId, target }: WakePayload): ActiveSelector {
  if (target.type === 'pull') return { repositoryId, pull: target.number };
  return target.type === 'head'
    ? { repositoryId, headSha: target.sha }
    : { repositoryId, baseRef: target.ref };
}
