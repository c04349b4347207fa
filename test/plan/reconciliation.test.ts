/** Check runs that a crash left open, over a local GitHub. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { PlanCheck } from '../../src/plan/check.ts';
import { reconcileCheckRuns } from '../../src/plan/reconciliation.ts';
import { connect } from '../github/connect.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { runRecord } from '../support/records.ts';
import { Plans } from './setup.ts';

const DAY = 24 * 3_600_000;

let github: LocalGitHub;
let repository: LocalRepository;
let headSha: string;
beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  repository = await github.createRepository('acme', 'shop');
  headSha = await repository.push('main', { 'app.py': 'x = 1\n' });
});
afterAll(() => github.close());

/** A run that is reported at `reportedAt` although its check run never left the state "in progress". */
async function leftOpen(plans: Plans, check: PlanCheck, reportedAt: number): Promise<string> {
  const { id } = plans.accept({ installation: github.installation('acme'), headSha });
  await check.show(id, () => ({ status: 'in_progress', output: { title: 'Running', summary: '…' } }));
  plans.runs.finish(id, runRecord({ id, title: '3 passed' }), reportedAt);
  plans.runs.reported(id, reportedAt);
  return id;
}

test('check runs that are open after their run ended today are completed; one out of reach stops no other', async () => {
  const plans = new Plans();
  const { installations } = connect(github);
  const check = new PlanCheck({ runs: plans.runs, installations });
  const now = 10 * DAY;
  const old = await leftOpen(plans, check, now - 2 * DAY);
  const open = await leftOpen(plans, check, now - 1);
  const gone = plans.accept({ installation: github.installation('acme'), repository: 'acme/gone' });
  plans.runs.setCheckRun(gone.id, 1_000_000);
  plans.runs.finish(gone.id, runRecord({ id: gone.id }), now);
  plans.runs.reported(gone.id, now);
  const deps = {
    ...{ runs: plans.runs, check, installations, instance: 'test', log: createLog('silent') },
    now: () => now,
  };

  await reconcileCheckRuns(deps, AbortSignal.abort());
  const stateOf = async (id: string) =>
    (await repository.checkRuns(headSha)).find(({ external_id }) => external_id === id)?.status;
  expect(await stateOf(open)).toBe('in_progress');

  await reconcileCheckRuns(deps, new AbortController().signal);
  expect(await stateOf(open)).toBe('completed');
  expect(await stateOf(old)).toBe('in_progress');
});
