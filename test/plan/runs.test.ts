import { expect, test } from '@jest/globals';
import { ALL_TESTS } from '../../src/plan/request-schema.ts';
import { runRecord } from '../support/records.ts';
import { Plans } from './setup.ts';

test('the first verdict stands', () => {
  const plans = new Plans();
  const { id } = plans.accept();
  plans.runs.finish(id, runRecord({ id, title: 'first' }), 5_000);
  plans.runs.finish(id, runRecord({ id, title: 'second' }), 6_000);
  expect(plans.runs.get(id)).toMatchObject({ record: { title: 'first' }, finishedAt: 5_000 });
});

test('the newest runs come first, of one pull request or of all', () => {
  const plans = new Plans();
  const [one, other, last] = [plans.accept(), plans.accept({ pull: 4 }), plans.accept()];
  expect(plans.runs.latest({ repositoryId: 7, pull: 3 }, 5).map(({ id }) => id)).toEqual([last.id, one.id]);
  expect(plans.runs.latest(null, 2).map(({ id }) => id)).toEqual([last.id, other.id]);
});

test('a run is unreported until its end was brought to GitHub', () => {
  const plans = new Plans();
  const { id } = plans.accept();
  plans.runs.finish(id, runRecord({ id }), 5_000);
  expect(plans.runs.unreported().map((run) => run.id)).toEqual([id]);
  plans.runs.reported(id, 6_000);
  expect(plans.runs.unreported()).toEqual([]);
});

test('what base collected is known from a plan of the same base, image and arguments only', () => {
  const plans = new Plans();
  const { id, request } = plans.accept();
  const record = runRecord({ id, base_sha: 'b'.repeat(40), image: 'sha256:1', base_collected: 42 });
  plans.runs.finish(id, record, 5_000);
  const base = { sha: 'b'.repeat(40), image: 'sha256:1', arguments: request.arguments };

  expect(plans.runs.collectedOnBase(7, base)).toBe(42);
  expect(plans.runs.collectedOnBase(8, base)).toBeNull();
  expect(plans.runs.collectedOnBase(7, { ...base, sha: 'c'.repeat(40) })).toBeNull();
  expect(plans.runs.collectedOnBase(7, { ...base, image: 'sha256:2' })).toBeNull();
  expect(plans.runs.collectedOnBase(7, { ...base, arguments: { ...ALL_TESTS, keyword: 'slow' } })).toBeNull();
});
