/** Whatever GitHub answers and whenever Codex dies: one merge at most, and what is told of it is true. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { JobStore } from '../../src/jobs/store.ts';
import { createLog } from '../../src/log.ts';
import { MergeCheck } from '../../src/merge/check.ts';
import type { MergeDependencies } from '../../src/merge/dependencies.ts';
import { FreezeStore } from '../../src/merge/freezes.ts';
import type { Intent } from '../../src/merge/intent.ts';
import { mergeHandler } from '../../src/merge/job.ts';
import { withdrawMerge } from '../../src/merge/request.ts';
import { wakeJobs } from '../../src/merge/wake.ts';
import { RunStore } from '../../src/plan/runs.ts';
import { runRecord } from '../support/records.ts';
import { type Answer, type Crash, HEAD, LandingModel } from './landing-model.ts';
import { Intents, running } from './setup.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** More looks than an intent lives, once the answers of a scenario are used up. */
const MOST_LOOKS = 80;
const RUNS = 150;
/** GitHub works on no request for longer. */
const SETTLED_MS = 15 * SECOND;

/** What happens before one look at the intent, and in it. */
interface Step {
  readonly waits: number;
  readonly event: 'push' | 'cancel' | null;
  readonly crash: Crash | null;
}

interface Scenario {
  readonly answers: readonly Answer[];
  readonly steps: readonly Step[];
}

const unanswered = fc.record({
  status: fc.constantFrom(502 as const, 'no answer' as const),
  landsAfter: fc.option(fc.oneof(fc.constant(0), fc.nat({ max: 60 }))),
  tookMs: fc.constantFrom(100, 10 * SECOND, 40 * SECOND),
});
const refusals = fc.constantFrom<Answer>(
  { status: 405, message: 'Base branch was modified. Review and try the merge again.' },
  { status: 405, message: 'At least 1 approving review is required' },
  { status: 405, message: 'Merge already in progress' },
  ...([403, 404, 409, 422] as const).map((status) => ({ status })),
);
const answer = fc.oneof(
  { weight: 4, arbitrary: unanswered },
  { weight: 3, arbitrary: refusals },
  { weight: 1, arbitrary: fc.constant<Answer>({ status: 200 }) },
);
const step: fc.Arbitrary<Step> = fc.record({
  waits: fc.constantFrom(0, 5 * SECOND, 16 * SECOND, 120 * SECOND),
  event: fc.oneof(
    { weight: 8, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('push' as const, 'cancel' as const) },
  ),
  crash: fc.option(fc.record({ at: fc.nat({ max: 40 }), after: fc.boolean() })),
});
const scenario: fc.Arbitrary<Scenario> = fc.record({
  answers: fc.array(answer, { maxLength: 6 }),
  steps: fc.array(step, { maxLength: 15 }),
});

const idle: Step = { waits: 0, event: null, crash: null };

/** One pull request whose merge is asked for, on a clock that the test moves. */
class Landing {
  readonly github: LandingModel;
  readonly intents = new Intents();
  readonly reactions: string[] = [];
  readonly calls: (Pick<Intent, 'state' | 'mergedSha'> & { readonly silence: number | null })[] = [];
  readonly #id: string;
  #now = 10_000;
  /** When the last call without an answer was given up; null: by a crash. */
  #silentAt: number | null = null;

  constructor(answers: readonly Answer[]) {
    this.github = new LandingModel(answers, {
      onCall: () => this.#noteCall(),
      onSilence: (ms) => {
        this.#now += ms;
        this.#silentAt = this.#now;
      },
    });
    this.#id = this.intents.create().id;
  }

  get intent(): Intent {
    return this.intents.now({ id: this.#id });
  }

  /** One look, and then the next step. Resolves too where it crashes; a failure is what the queue tries again. */
  async look({ waits, event, crash }: Step): Promise<void> {
    this.#now += waits;
    const crashed = Promise.withResolvers<void>();
    const deps = this.#dependencies(crash, crashed.resolve);
    if (event === 'push') this.github.push();
    if (event === 'cancel') withdrawMerge({ ...deps, newId: v7 }, this.intent, 'Withdrawn.');
    const [wake] = wakeJobs([this.intent], null);
    if (!wake) throw new Error('There is nothing to look at.');
    const run = mergeHandler(deps).run(running(wake), new AbortController().signal);
    const ended = await Promise.race([crashed.promise.then(() => 'crashed'), run]);
    if (ended === 'crashed') this.#silentAt = null;
  }

  /** What the database knew when GitHub was asked, and how long the last call was without an answer by then. */
  #noteCall(): void {
    const { state, mergedSha } = this.intent;
    const silence = this.#silentAt === null ? null : this.#now - this.#silentAt;
    this.calls.push({ state, mergedSha, silence });
  }

  #dependencies(crash: Crash | null, onCrash: () => void): MergeDependencies {
    const { db, store } = this.intents;
    const octokit = this.github.client(crash, onCrash);
    const installations = { octokit: async () => octokit, token: async () => '' };
    const runs = new RunStore(db);
    return {
      ...{ db, intents: store, runs, installations, maxima: {}, random: () => 0 },
      freezes: new FreezeStore(db),
      jobs: new JobStore(db),
      check: new MergeCheck({ intents: store, installations }),
      log: createLog('silent'),
      now: () => this.#now,
      entitled: async () => ({ allowed: true, reason: 'the plan Team' }),
      checkRunUrl: () => 'https://example.com',
      publish: async () => undefined,
      react: async (_intent, reaction) => {
        this.reactions.push(reaction);
      },
      enqueue: () => undefined,
      requestPlan: (request, id) => {
        runs.create(id, request, this.#now);
        const verdict = { base_sha: this.github.tip, tree: this.github.tree(), head_sha: HEAD };
        runs.finish(id, runRecord({ id, ...verdict }), this.#now);
      },
    };
  }
}

/** At its end every call that was not answered has landed or never will, and GitHub has told of a merge. */
async function play({ answers, steps }: Scenario): Promise<Landing> {
  const landing = new Landing(answers);
  for (const each of steps) {
    if (landing.intent.reportedAt === null) await landing.look(each);
  }
  await untilTold(landing);
  landing.github.landAll();
  if (landing.github.merged) await landing.look(idle);
  return landing;
}

async function untilTold(landing: Landing): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS && landing.intent.reportedAt === null; looks += 1) {
    await landing.look({ waits: HOUR / 2, event: null, crash: null });
  }
}

/** The database knows of each call before GitHub does, and none is made while an earlier one may land. */
function expectCare({ calls }: Landing): void {
  for (const { silence, ...known } of calls) {
    expect(known).toEqual({ state: 'merging', mergedSha: null });
    expect(silence ?? SETTLED_MS).toBeGreaterThanOrEqual(SETTLED_MS);
  }
}

/** The end that people see is the one that the base's log shows. */
function expectTruth({ github, intent, reactions }: Landing): void {
  const landed = github.log.filter(({ message }) => message.includes(`Codex-Merge: ${intent.id}`));
  const [commit] = landed;
  expect(landed.length).toBeLessThanOrEqual(1);
  expect(intent.reportedAt).not.toBeNull();
  expect(github.checks).toHaveLength(1);
  const [check] = github.checks;
  expect(check?.status).toBe('completed');
  if (!commit) {
    expect(intent).toMatchObject({ state: 'cancelled', mergedSha: null, receipt: null });
    expect(check?.output.title).toMatch(/^Not merged: /);
    expect(reactions.at(-1)).toBe('confused');
    return;
  }
  const { sha, tree, parent } = commit;
  expect(intent).toMatchObject({ state: 'merged', mergedSha: sha });
  expect(intent.receipt?.commit).toMatchObject({ sha, tree, parents: [parent] });
  const { plan, verified } = intent.receipt ?? {};
  expect(verified).toBe(plan?.tree === tree && plan.baseSha === parent);
  expect(check?.output.title).toContain(`Merged as ${sha.slice(0, 7)}`);
  expect(reactions.at(-1)).toBe(verified ? 'rocket' : '-1');
  expect(github.issues).toHaveLength(verified ? 0 : 1);
}

async function expectCareAndTruth(each: Scenario): Promise<Landing> {
  const landing = await play(each);
  expectCare(landing);
  expectTruth(landing);
  return landing;
}

/** One look has it planned, the next one asks GitHub. */
const asked = [idle, idle];
const silent = (landsAfter: number | null): Answer => ({
  status: 'no answer',
  landsAfter,
  tookMs: 40 * SECOND,
});

describe('a call that was not answered lands at any moment', () => {
  const moments = Array.from({ length: 60 }, (_, requests) => silent(requests));
  test.each<[string, Omit<Scenario, 'answers'>, readonly Answer[]]>([
    ['until it is asked for again', { steps: asked }, []],
    ['until GitHub answers that it cannot be merged', { steps: asked }, [{ status: 422 }]],
    [
      'until it is withdrawn',
      { steps: [...asked, { ...idle, waits: 16 * SECOND, event: 'push' }, { ...idle, event: 'cancel' }] },
      [],
    ],
  ])('%s', async (_until, scenario, others) => {
    for (const moment of moments) await expectCareAndTruth({ ...scenario, answers: [moment, ...others] });
  });
});

test('what landed on another base than was tested is told as that, by one issue though Codex dies after it', async () => {
  for (let at = 0; at < 25; at += 1) {
    const pushed: Step = { ...idle, event: 'push', crash: { at, after: true } };
    const { github } = await expectCareAndTruth({ answers: [silent(0)], steps: [...asked, pushed] });
    expect(github.issues).toHaveLength(1);
  }
});

test('a call that waited long for its turn has its time all the same', async () => {
  await expectCareAndTruth({ answers: [silent(null)], steps: [...asked, { ...idle, waits: 5 * SECOND }] });
});

test('any answers, any crashes, landings as late as they like', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (each) => void (await expectCareAndTruth(each))),
    { numRuns: RUNS },
  );
});
