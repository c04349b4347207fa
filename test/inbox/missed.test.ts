import { expect, test } from '@jest/globals';
import { type Attempt, missed } from '../../src/inbox/missed.ts';

const inbox = { has: (guid: string) => guid.startsWith('stored'), since: 100 };

function attempt(guid: string, deliveredAt: number, succeeded: boolean): Attempt {
  return { id: `${guid}@${deliveredAt}`, guid, deliveredAt, succeeded };
}

function asked(...attempts: Attempt[]): string[] {
  return missed(attempts, inbox).map(({ id }) => id);
}

test('a delivery that failed and is not stored is asked for, once, oldest first', () => {
  expect(asked(attempt('b', 30, false), attempt('b', 20, false), attempt('a', 10, false))).toEqual([
    'a@10',
    'b@30',
  ]);
});

test('a delivery that is stored is not asked for, however it was answered', () => {
  expect(asked(attempt('stored-1', 10, false), attempt('stored-2', 200, true))).toEqual([]);
});

test('a delivery whose second attempt arrived is not asked for', () => {
  expect(asked(attempt('a', 20, true), attempt('a', 10, false))).toEqual([]);
});

test('what was answered 2xx and is not stored was lost, unless it came before there was an inbox', () => {
  expect(asked(attempt('lost', 200, true), attempt('before-us', 50, true))).toEqual(['lost@200']);
});

test('what failed five times is left alone', () => {
  expect(asked(...[1, 2, 3, 4, 5].map((at) => attempt('a', at, false)))).toEqual([]);
});
