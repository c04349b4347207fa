/** Events only have somebody look: which intents, and one look for however many events. */
import { expect, test } from '@jest/globals';
import type { NewJob } from '../../src/jobs/job.ts';
import { JobStore } from '../../src/jobs/store.ts';
import {
  laterJobs,
  WAKE,
  type WakePayload,
  wakeHandler,
  wakeJobs,
  wakeOthers,
} from '../../src/merge/wake.ts';
import { Intents, LANDING } from './setup.ts';

const DAY = 24 * 3_600_000;

/** Two pull requests into `main`, one into `release/1`, and what an event wakes of them. */
function codex() {
  const intents = new Intents();
  const jobs = new JobStore(intents.db);
  for (const pull of [1, 2]) intents.create({ pull, headSha: String(pull).repeat(40) });
  intents.create({ pull: 3, baseRef: 'release/1' });
  const stored: NewJob[] = [];
  const deps = {
    intents: intents.store,
    enqueue: (given: readonly NewJob[]) => void stored.push(...given),
    now: () => DAY,
  };
  const wake = async (target: WakePayload['target'], repositoryId = 7) => {
    const [job] = jobs.enqueue([event({ repositoryId, target })], intents.tick());
    if (!job) throw new Error('The event was not new.');
    stored.length = 0;
    await wakeHandler(deps).run(job, new AbortController().signal);
    return stored.map(({ pull, delivery }) => [pull, delivery]);
  };
  return { intents, jobs, deps, stored, wake };
}

function event(payload: WakePayload): NewJob {
  return {
    kind: WAKE,
    queue: 'command',
    dedupe: null,
    lane: null,
    installation: 1,
    repository: 'acme/shop',
    pull: null,
    priority: 0,
    payload,
    delivery: 'guid-1',
  };
}

test('an event of a pull request, of a head or of a base wakes the intents it may concern', async () => {
  const { wake } = codex();
  expect(await wake({ type: 'pull', number: 2 })).toEqual([[2, 'guid-1']]);
  expect(await wake({ type: 'head', sha: '1'.repeat(40) })).toEqual([[1, 'guid-1']]);
  expect(await wake({ type: 'base', ref: 'main' })).toEqual([
    [1, 'guid-1'],
    [2, 'guid-1'],
  ]);
  expect(await wake({ type: 'base', ref: 'develop' })).toEqual([]);
  expect(await wake({ type: 'pull', number: 2 }, 8)).toEqual([]);
});

test('an event of a pull request has a merge looked at again whose lost call may have landed since, for a day', async () => {
  const { intents, wake } = codex();
  const told = (pull: number, called: boolean, reportedAt: number): void => {
    const { id } = intents.create({ pull, baseRef: `release/${pull}` });
    if (called) intents.store.call(id, LANDING, 1);
    intents.store.cancel(id, 'Given up.', 1);
    intents.store.reported(id, reportedAt);
  };
  told(4, true, 1);
  told(5, true, -1);
  told(6, false, 1);
  expect(await wake({ type: 'pull', number: 4 })).toEqual([[4, 'guid-1']]);
  expect(await wake({ type: 'pull', number: 5 })).toEqual([]);
  expect(await wake({ type: 'pull', number: 6 })).toEqual([]);
});

test('whatever happens until a look begins is one look; what happens during it is the next', () => {
  const { intents, jobs } = codex();
  const [intent] = intents.store.active({ pull: 1 });
  if (!intent) throw new Error('There is no intent.');
  expect(jobs.enqueue(wakeJobs([intent], 'guid-1'), 1)).toHaveLength(1);
  expect(jobs.enqueue(wakeJobs([intent], 'guid-2'), 2)).toEqual([]);
  const begun = intents.store.begin(intent.id, 3);
  expect(jobs.enqueue(wakeJobs(begun ? [begun] : [], 'guid-3'), 4)).toHaveLength(1);
});

test('a look that was put off holds up none that is wanted now, and takes no place in the queue until it is due', () => {
  const { intents, jobs } = codex();
  const [intent] = intents.store.active({ pull: 1 });
  if (!intent) throw new Error('There is no intent.');
  const [later] = jobs.enqueue(laterJobs(intent, 5_000), 1_000);
  expect(jobs.claim('command', 'me', 1_000, 60_000)).toBeNull();
  const [now] = jobs.enqueue(wakeJobs([intent], null), 2_000);
  expect(jobs.claim('command', 'me', 2_000, 60_000)?.id).toBe(now?.id);
  jobs.finish(now?.id ?? '', 'me', 3_000);
  expect(jobs.claim('command', 'me', 5_999, 60_000)).toBeNull();
  expect(jobs.claim('command', 'me', 6_000, 60_000)?.id).toBe(later?.id);
});

test('who leaves the line of a base wakes the others of that base', () => {
  const { intents, deps, stored } = codex();
  const [intent] = intents.store.active({ pull: 1 });
  if (!intent) throw new Error('There is no intent.');
  wakeOthers(intent, deps);
  expect(stored.map(({ pull }) => pull)).toEqual([2]);
});
