/** What a subscription includes, over the real server: minutes, plans at the same time, and the meter. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RunStore } from '../../src/plan/runs.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { LocalCheckRun } from '../support/local-github/repository.ts';
import { type Selling, startSelling } from '../support/selling.ts';
import { MergeRepository } from './merge-world.ts';

let selling: Selling;
let repository: MergeRepository;
beforeAll(async () => {
  selling = await startSelling({
    CODEX_BILLING_METER_EVENT: 'codex_sandbox_seconds',
    CODEX_WORKER_CONCURRENCY: '2',
  });
  await selling.subscribe('pro');
  repository = await MergeRepository.create(selling.world, 'shop');
});
afterAll(() => selling.close());

test('one plan at a time for the account: the next one starts when the first has ended', async () => {
  const [one, two] = [await repository.open(), await repository.open()];
  await Promise.all([one.say('/codex plan', 'dev'), two.say('/codex plan', 'dev')]);
  const verdicts = await Promise.all([one.verdict(), two.verdict()]);

  expect(verdicts.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
  const [first, second] = timesOf(verdicts);
  expect(second?.started).toBeGreaterThanOrEqual(first?.finished ?? Number.POSITIVE_INFINITY);
});

test('a run reaches the meter once, however often Codex starts anew; codexctl usage tells of it', async () => {
  const { world, served } = selling;
  const pull = await repository.open();
  await pull.plan({ phases: { source: 1, install: 12, test: 30, attribute: 1 } });
  expect(await selling.codexctl('usage')).toMatch(/^acme {2}\d runs? .* not reported$/m);

  await world.later(0);
  await world.log.find('the usage of a run was reported to Stripe', { seconds: 42 });
  await world.later(0);
  await world.later(0);
  const { meterEvents, customers } = served.stripe;
  expect(meterEvents.filter(({ payload }) => payload.value === '42')).toMatchObject([
    {
      event_name: 'codex_sandbox_seconds',
      payload: { stripe_customer_id: [...customers.keys()][0] },
    },
  ]);
  expect(await selling.codexctl('usage')).toMatch(/^acme .* 0 not reported$/m);
  expect(await selling.codexctl('usage', '--month', '2020-01')).toBe('No run finished in this month.');
  expect(await selling.codexctl('usage', '--month', 'May')).toContain('May is not a month.');
});

test('with no minutes left, a plan ends at once with how many were included and when there are new ones', async () => {
  const pull = await repository.open();
  await pull.plan({ phases: { source: 0, install: 0, test: 600 * 60, attribute: 0 } });
  const { reactions, check, comment } = await pull.command('/codex plan', 'dev');
  expect(reactions).toEqual(['eyes', '-1']);
  expect(check?.output.title).toBe("The 600 sandbox minutes that this month's plan includes are used up.");
  expect(check?.output.summary).toMatch(/The next month begins on `\d{4}-\d{2}-01` \(UTC\)/);
  expect(comment).toMatch(/60\d\.\d of 600 sandbox minutes used this month/);
});

/** When the plans of these check runs started and finished, the first first. */
function timesOf(checks: readonly LocalCheckRun[]): { started: number; finished: number }[] {
  const db = openDatabase(join(selling.world.dataDir, 'codex.db'));
  const runs = checks.map(({ external_id }) => new RunStore(db).get(external_id ?? ''));
  db.close();
  return runs
    .map((run) => ({ started: run?.startedAt ?? Number.NaN, finished: run?.finishedAt ?? Number.NaN }))
    .toSorted((a, b) => a.started - b.started);
}
