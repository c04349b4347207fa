/** Who goes first into a base. */
import { expect, test } from '@jest/globals';
import { aheadOf, priorityOf } from '../../src/merge/line.ts';
import { Intents, LANDING } from './setup.ts';

/** Three intents in the line of `main`: of pull requests 1, 2 and 3, which merges. */
function line() {
  const intents = new Intents();
  const [old, urgent, merging] = [1, 2, 3].map((pull) => intents.create({ pull }));
  if (!old || !urgent || !merging) throw new Error('not created');
  intents.line(old);
  intents.line(urgent, 1);
  intents.store.call(merging.id, LANDING, 1);
  return { intents, line: () => intents.store.line(7, 'main'), old, urgent };
}

test('ahead of an intent go who merges, who has priority, who is older', () => {
  const { intents, line: current, old, urgent } = line();
  expect(aheadOf(old, current())).toEqual([3, 2]);
  expect(aheadOf({ ...urgent, priority: 1 }, current())).toEqual([3]);
  const young = intents.create({ pull: 4 });
  expect(aheadOf(young, current())).toEqual([3, 2, 1]);
  expect(aheadOf({ ...young, priority: 1 }, current())).toEqual([3, 2]);
});

test('a label gives priority whatever its case', () => {
  expect(priorityOf(['Urgent'], ['urgent'])).toBe(1);
  expect(priorityOf(['small'], ['urgent'])).toBe(0);
  expect(priorityOf([], [])).toBe(0);
});
