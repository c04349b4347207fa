/**
 * Jobs of kind `merge`: one look at one intent. The steps are database → GitHub → database, each safe to repeat, so
 * that a look after a crash goes on where the last one stopped, and the timer looks where no event does.
 */
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { isRefusal } from '../github/failure.ts';
import type { Job, JobHandler } from '../jobs/job.ts';
import type { MergeDependencies } from './dependencies.ts';
import { finish, type Show, showAll } from './finish.ts';
import type { Intent } from './intent.ts';
import { look } from './look.ts';
import { recover, settleLate } from './recover.ts';
import { unansweredOutput } from './report/waiting.ts';
import { verify } from './verify.ts';
import { MERGE } from './wake.ts';

const payload = z.object({ intent: z.string() });

export function mergeHandler(deps: MergeDependencies): JobHandler {
  return {
    kind: MERGE,
    async run(job) {
      const intent = begin(job, deps);
      if (intent) await advance(intent, deps);
    },
    async abandon(job, reason) {
      const intent = begin(job, deps);
      if (intent) await giveUp(intent, reason, deps);
    },
  };
}

/** Counts the look, so that the next wake is one of its own. Null: nothing is left to do. */
function begin(job: Job, { intents, now }: MergeDependencies): Intent | null {
  return intents.begin(payload.parse(job.payload).intent, now());
}

async function advance(begun: Intent, deps: MergeDependencies): Promise<void> {
  const intent = isActive(begun) && begun.calls > 0 ? await recover(begun, deps) : begun;
  if (intent.state === 'waiting') await look(intent, deps);
  if (intent.state === 'merging' && intent.mergedSha === null) await showUnanswered(intent, deps);
  await conclude(intent, deps, showAll);
}

async function showUnanswered(intent: Intent, { check, publish }: MergeDependencies): Promise<void> {
  await check.show(intent, unansweredOutput(intent.request));
  await publish(intent);
}

/** What has landed is verified, and what has ended is shown. */
async function conclude({ id }: Intent, deps: MergeDependencies, show: Show): Promise<void> {
  await show(() => verifyLanded(id, deps));
  const ended = deps.intents.get(id);
  if (ended && !isActive(ended) && ended.reportedAt === null) await finish(ended, deps, show);
}

/** Nobody is told that nothing was merged before it is looked up; who was told all the same is told anew. */
async function verifyLanded(id: string, deps: MergeDependencies): Promise<void> {
  const intent = deps.intents.get(id);
  if (intent?.state === 'merging' && intent.mergedSha !== null) await verify(intent, intent.mergedSha, deps);
  if (intent?.state === 'cancelled' && intent.mergedSha === null) await settleLate(intent, deps);
}

function isActive({ state }: Intent): boolean {
  return state === 'waiting' || state === 'merging';
}

/** The timer looks again, until the intent's time is over; an end is shown as far as GitHub lets it be shown. */
async function giveUp(intent: Intent, reason: string, deps: MergeDependencies): Promise<void> {
  const { intents, log, now } = deps;
  if (intent.expiresAt <= now())
    intents.cancel(intent.id, `Given up when its time was over. ${reason}`, now());
  const current = intents.get(intent.id);
  if (!current || isActive(current)) {
    log.warn({ intent: intent.id, reason }, 'a merge could not be looked at; the timer tries it again');
    return;
  }
  await conclude(current, deps, async (effect) => {
    try {
      await effect();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.warn(
        { intent: intent.id, error: messageOf(error) },
        'GitHub refuses a part of the report for good',
      );
    }
  });
}
