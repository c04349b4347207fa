import { expect, test } from '@jest/globals';
import { Plans } from './setup.ts';

test('a plan is stored once for each key, its run and its job under one id', () => {
  const plans = new Plans();
  const run = plans.offer('auto:7:3:aaa');
  expect(plans.offer('auto:7:3:aaa')).toBeNull();

  expect(plans.runs.unreported()).toEqual([run]);
  expect(plans.jobs.get(run?.id ?? '')).toMatchObject({ kind: 'plan', state: 'queued', pull: 3 });
});

test('a newer plan takes the place of those of its pull request that wait, and of nothing else', () => {
  const plans = new Plans();
  const running = plans.accept();
  expect(plans.start()).toBe(running.id);
  const waiting = plans.accept();
  const elsewhere = plans.accept({ pull: 4 });
  const otherRepository = plans.accept({ repository: 'acme/bank', repositoryId: 8 });

  const newest = plans.accept();

  const reasons = [running, waiting, elsewhere, otherRepository, newest].map(
    ({ id }) => plans.jobs.get(id)?.cancelReason,
  );
  expect(reasons).toEqual([null, 'superseded by a newer plan', null, null, null]);
});

test('what a person asks for goes before what nobody asked for', () => {
  const plans = new Plans();
  plans.accept({ pull: 1, trigger: { type: 'auto' } });
  const asked = plans.accept({ pull: 2 });
  expect(plans.start()).toBe(asked.id);
});
