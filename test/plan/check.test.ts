/** The check runs of plans over a local GitHub. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { PlanCheck } from '../../src/plan/check.ts';
import { QueueDisplay } from '../../src/plan/queue-display.ts';
import type { Run } from '../../src/plan/runs.ts';
import { connect } from '../github/connect.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { runRecord, testReport } from '../support/records.ts';
import { Plans } from './setup.ts';

let github: LocalGitHub;
let repository: LocalRepository;
let commits = 0;
beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  repository = await github.createRepository('acme', 'shop');
});
afterAll(() => github.close());

const RUNNING = { status: 'in_progress', output: { title: 'Running tests', summary: '1 passed' } } as const;

/** Plans, and the check runs of a Codex that has just started. */
function codex() {
  const plans = new Plans();
  const { installations } = connect(github);
  return { plans, installations, check: new PlanCheck({ runs: plans.runs, installations }) };
}

/** A plan of a commit of its own. */
async function accept(plans: Plans, pull = 3): Promise<Run> {
  commits += 1;
  const headSha = await repository.push('main', { 'app.py': `x = ${commits}\n` });
  return plans.accept({ installation: github.installation('acme'), headSha, pull });
}

/** The queue's display, and the runs whose comment it brings up to date. */
function displayOf({ runs, jobs }: Plans, check: PlanCheck) {
  const published: string[] = [];
  const publish = async ({ id }: Run) => {
    published.push(id);
  };
  return { display: new QueueDisplay({ runs, jobs, check, publish, log: createLog('silent') }), published };
}

function checksOf({ request }: Run) {
  return repository.checkRuns(request.headSha);
}

test('a run has one check run, whoever is the first to show it', async () => {
  const { plans, check } = codex();
  const run = await accept(plans);
  await Promise.all([check.show(run.id, () => RUNNING), check.show(run.id, () => RUNNING)]);

  expect(await checksOf(run)).toMatchObject([
    { name: 'codex/plan', external_id: run.id, status: 'in_progress', actions: [{ identifier: 'cancel' }] },
  ]);
});

test('a check run whose id was lost in a crash is found again', async () => {
  const { plans, check } = codex();
  const run = await accept(plans);
  await check.show(run.id, () => RUNNING);
  plans.db.prepare('UPDATE runs SET check_run_id = NULL').run();

  plans.runs.finish(run.id, runRecord({ id: run.id }), 5_000);
  await check.complete(run);

  expect(await checksOf(run)).toMatchObject([{ status: 'completed', conclusion: 'success' }]);
});

test('progress that is late does not overwrite the verdict', async () => {
  const { plans, check } = codex();
  const run = await accept(plans);
  const shown = check.show(run.id, () => RUNNING);
  const skipped = testReport('test_a.py::test_b', null, { outcome: 'skipped' });
  plans.runs.finish(run.id, runRecord({ id: run.id, title: '3 passed', tests: [skipped] }), 5_000);
  const completed = check.complete(run);
  const late = check.show(run.id, () => RUNNING);
  await Promise.all([shown, completed, late]);

  expect(await checksOf(run)).toMatchObject([
    { status: 'completed', conclusion: 'success', output: { title: '3 passed' }, actions: [] },
  ]);
});

test('a failed update keeps nothing after it from being shown', async () => {
  const { plans, check } = codex();
  const run = await accept(plans);
  const failed = check.show(run.id, () => {
    throw new Error('no state');
  });
  const shown = check.show(run.id, () => RUNNING);
  await expect(failed).rejects.toThrow('no state');
  await shown;
  expect(await checksOf(run)).toMatchObject([{ status: 'in_progress' }]);
});

test('a verdict with failures has annotations, and a button to run them again', async () => {
  const { plans, check } = codex();
  const run = await accept(plans);
  const tests = [testReport('test_a.py::test_b', 'caused', { line: 4 })];
  plans.runs.finish(run.id, runRecord({ id: run.id, conclusion: 'failure', tests }), 5_000);
  await check.complete(run);
  await check.complete(run);

  expect(await checksOf(run)).toMatchObject([
    {
      conclusion: 'failure',
      annotations: [{ path: 'test_a.py', start_line: 4 }],
      actions: [{ identifier: 'rerun_failed' }],
    },
  ]);
});

test('a run without a verdict cannot be completed', async () => {
  const { plans, check } = codex();
  await expect(check.complete(await accept(plans))).rejects.toThrow('has no verdict');
});

test('plans that wait are shown with their place; one that cannot be reached hides no other', async () => {
  const { plans, check } = codex();
  const { display, published } = displayOf(plans, check);
  const gone = plans.accept({ installation: github.installation('acme'), repository: 'acme/gone', pull: 1 });
  const running = await accept(plans, 2);
  const waiting = await accept(plans, 3);
  plans.jobs.cancel({ id: gone.id }, 'stopped', 1);
  plans.accept({ installation: github.installation('acme'), repository: 'acme/gone', pull: 4 });
  expect(plans.start()).toBe(running.id);

  display.changed();
  await display.stop();

  expect(await checksOf(waiting)).toMatchObject([
    { status: 'queued', output: { title: expect.stringMatching(/^Queued: (next in line|position 2)$/) } },
  ]);
  expect(await checksOf(running)).toEqual([]);
  expect(published).toEqual([waiting.id]);
});

test('a plan that started while its place was on the way is not shown as waiting', async () => {
  const { plans, check } = codex();
  const run = await accept(plans);
  const { display } = displayOf(plans, check);
  const before = check.show(run.id, () => RUNNING);
  display.changed();
  plans.start();
  await Promise.all([before, display.stop()]);
  expect(await checksOf(run)).toMatchObject([{ status: 'in_progress' }]);
});
