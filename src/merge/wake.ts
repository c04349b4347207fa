/**
 * Wakes: events never decide anything about a merge, they only have somebody look again. Each look is a job of kind
 * `merge`, named by the looks before it, so that what happens until it begins is one look.
 */
import { z } from 'zod';
import type { JobHandler, NewJob } from '../jobs/job.ts';
import type { Intent } from './intent.ts';
import type { ActiveSelector, IntentStore } from './intents.ts';

/** The job kind of events that intents may wait for. What happened is looked up; only where is said. */
export const WAKE = 'wake';

export const wakePayload = z.object({
  repositoryId: z.int(),
  /** Which intents to look at: of a pull request, of a head, or all that wait for a base. */
  target: z.discriminatedUnion('type', [
    z.object({ type: z.literal('pull'), number: z.int() }),
    z.object({ type: z.literal('head'), sha: z.string() }),
    z.object({ type: z.literal('base'), ref: z.string() }),
  ]),
});
export type WakePayload = z.infer<typeof wakePayload>;

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
export function wakeOthers(
  { id, request }: Intent,
  { intents, enqueue }: Pick<Dependencies, 'enqueue'> & { readonly intents: Pick<IntentStore, 'active'> },
): void {
  const { repositoryId, baseRef } = request;
  const others = intents.active({ repositoryId, baseRef }).filter((other) => other.id !== id);
  enqueue(wakeJobs(others, null));
}

interface Dependencies {
  readonly intents: Pick<IntentStore, 'active' | 'mayHaveLanded'>;
  readonly enqueue: (jobs: readonly NewJob[]) => void;
  readonly now: () => number;
}

/** For how long an event of a pull request has a merge looked at again that people were told has not happened. */
const DOUBT_MS = 24 * 3_600_000;

/** Handles jobs of kind `wake`, with no call to GitHub: most events concern no merge. */
export function wakeHandler({ intents, enqueue, now }: Dependencies): JobHandler {
  return {
    kind: WAKE,
    async run(job) {
      const { repositoryId, target } = wakePayload.parse(job.payload);
      const doubtful =
        target.type === 'pull' ? intents.mayHaveLanded(repositoryId, target.number, now() - DOUBT_MS) : [];
      const active = intents.active(selectorOf({ repositoryId, target }));
      enqueue(wakeJobs([...doubtful, ...active], job.delivery));
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
