import { expect, test } from '@jest/globals';
import { wholeNumber } from '../../src/cli/arguments.ts';

const upToTen = wholeNumber(1, 10);

test.each([
  ['1', 1],
  ['10', 10],
  ['007', 7],
])('%s is a number', (argument, value) => {
  expect(upToTen(argument)).toBe(value);
});

test.each(['', 'abc', '0', '11', '-3', '1.5', '1e1', '0x5', ' 5', '9'.repeat(400)])(
  '"%s" is none in this range',
  (argument) => {
    expect(() => upToTen(argument)).toThrow('Give a whole number from 1 to 10.');
  },
);
