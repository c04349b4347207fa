/** The job of a plan: every end of the road is stored, then shown, once. */
import { expect, test } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { Cancelled, type Job, Shutdown } from '../../src/jobs/job.ts';
import { createLog } from '../../src/log.ts';
import { type PlanJobDependencies, planHandler } from '../../src/plan/job.ts';
import type { Run } from '../../src/plan/runs.ts';
import { runRecord } from '../support/records.ts';
import { Plans } from './setup.ts';

/** The handler over a real database; what is shown is written down in order. */
function handler(plans: Plans, more: Partial<PlanJobDependencies> = {}) {
  const shown: string[] = [];
  const conclusion = (run: Run): string => plans.runs.get(run.id)?.record?.conclusion ?? 'none';
  const { run, abandon } = planHandler({
    runs: plans.runs,
    check: {
      show: async (_id, read) => {
        shown.push(`check: ${read()?.output.title}`);
      },
      complete: async (run) => {
        shown.push(`check: ${conclusion(run)}`);
      },
    },
    execute: async ({ id }) => runRecord({ id }),
    publish: async (run) => {
      shown.push(`comment: ${conclusion(run)}`);
    },
    react: async (_run, reaction) => {
      shown.push(`reaction: ${reaction}`);
    },
    activity: new Map(),
    now: () => plans.tick(),
    log: createLog('silent'),
    ...more,
  });
  return { run, abandon, shown };
}

function started(plans: Plans): Job {
  const { id } = plans.accept();
  plans.start();
  const job = plans.jobs.get(id);
  if (!job) throw new Error('The job is gone.');
  return job;
}

const never = new AbortController().signal;
/** What Octokit throws. */
function answered(status: number): Error {
  const request = { method: 'POST', url: 'https://api.github.com/' };
  return Object.assign(new Error(`Answered ${status}`), { name: 'HttpError', status, request });
}

test('a verdict is stored, then shown: check run, comment, reaction', async () => {
  const plans = new Plans();
  const { run, shown } = handler(plans);
  const job = started(plans);
  await run(job, never);

  expect(shown).toEqual([
    'check: Merging head and base',
    'comment: none',
    'check: success',
    'comment: success',
    'reaction: rocket',
  ]);
  expect(plans.runs.get(job.id)).toMatchObject({
    record: { conclusion: 'success' },
    reportedAt: expect.any(Number),
  });
  await run(job, never);
  expect(shown).toHaveLength(5);
});

test('a crash after the verdict was stored repeats no test: the next try shows it', async () => {
  const plans = new Plans();
  const job = started(plans);
  plans.runs.finish(job.id, runRecord({ id: job.id, conclusion: 'failure' }), 5_000);
  const { run, shown } = handler(plans, { execute: () => Promise.reject(new Error('ran again')) });
  await run(job, never);
  expect(shown).toEqual(['check: failure', 'comment: failure', 'reaction: -1']);
});

test('what a person must act on is a verdict; an outage is an error and no verdict', async () => {
  const plans = new Plans();
  const [told, retried] = [started(plans), started(plans)];
  const refused = handler(plans, {
    execute: () => Promise.reject(new UserError('The head is gone.', 'Push it again.')),
  });
  await refused.run(told, never);
  expect(plans.runs.get(told.id)?.record).toMatchObject({
    conclusion: 'failure',
    title: 'The head is gone.',
    notes: ['Push it again.'],
  });

  const out = handler(plans, { execute: () => Promise.reject(new Error('Docker is away')) });
  await expect(out.run(retried, never)).rejects.toThrow('Docker is away');
  expect(plans.runs.get(retried.id)?.record).toBeNull();
});

test.each([
  ['cancelled', new Cancelled('stopped by dev in a comment')],
  ['shut down', new Shutdown()],
])(
  'a plan that is %s while it runs has no verdict of that try, whatever its road threw',
  async (_how, reason) => {
    const plans = new Plans();
    const abort = new AbortController();
    const { run } = handler(plans, {
      async execute() {
        abort.abort(reason);
        throw new UserError('The head is gone.', 'Push it again.');
      },
    });
    const job = started(plans);
    await expect(run(job, abort.signal)).rejects.toBe(reason);
    expect(plans.runs.get(job.id)?.record).toBeNull();
  },
);

test('a cancel that comes with the last test still counts: whoever cancelled was told so', async () => {
  const plans = new Plans();
  const abort = new AbortController();
  const reason = new Cancelled('stopped by dev in a comment');
  const { run } = handler(plans, {
    async execute({ id }) {
      abort.abort(reason);
      return runRecord({ id });
    },
  });
  const job = started(plans);
  await expect(run(job, abort.signal)).rejects.toBe(reason);
  expect(plans.runs.get(job.id)?.record).toBeNull();
});

test('a cancelled plan ends with its reason and is not run', async () => {
  const plans = new Plans();
  const job = { ...started(plans), cancelReason: 'stopped by dev in a comment' };
  const { run, shown } = handler(plans, { execute: () => Promise.reject(new Error('ran')) });
  await run(job, never);
  expect(shown).toEqual(['check: cancelled', 'comment: cancelled', 'reaction: confused']);
  expect(plans.runs.get(job.id)?.record?.title).toBe('Cancelled: stopped by dev in a comment');
});

test('a plan that was tried in vain ends with the reason', async () => {
  const plans = new Plans();
  const job = started(plans);
  const { abandon, shown } = handler(plans);
  await abandon(job, 'Docker is away');
  expect(shown).toEqual(['check: failure', 'comment: failure', 'reaction: -1']);
  expect(plans.runs.get(job.id)?.record).toMatchObject({
    title: 'Codex could not run this plan',
    notes: ['Docker is away', expect.any(String)],
  });
});

test('where the repository is gone, nobody is left to be told: the run counts as reported', async () => {
  const plans = new Plans();
  const job = started(plans);
  const { abandon } = handler(plans, { publish: () => Promise.reject(answered(404)) });
  await abandon(job, 'Docker is away');
  expect(plans.runs.get(job.id)?.reportedAt).not.toBeNull();
});

test('where GitHub is only away, the end is tried again', async () => {
  const plans = new Plans();
  const job = started(plans);
  const away = answered(502);
  const { abandon } = handler(plans, { publish: () => Promise.reject(away) });
  await expect(abandon(job, 'Docker is away')).rejects.toBe(away);
  expect(plans.runs.get(job.id)?.reportedAt).toBeNull();
});
