import { expect, test } from '@jest/globals';
import { inPassing, openDatabase } from '../../src/store/database.ts';

test('what is written in passing does not wait for the disk, and what follows does, even after an error', () => {
  const db = openDatabase(':memory:');
  const level = () => db.pragma('synchronous', { simple: true });
  expect([level(), inPassing(db, level), level()]).toEqual([2, 1, 2]);
  const fails = () => {
    throw new Error('no');
  };
  expect(() => inPassing(db, fails)).toThrow('no');
  expect(level()).toBe(2);
  db.close();
});
