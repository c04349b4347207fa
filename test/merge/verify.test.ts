/** What landed, compared with what was tested. */
import { expect, test } from '@jest/globals';
import { mismatchesOf } from '../../src/merge/verify.ts';

const [BASE, TREE, OTHER] = ['b', 'c', 'e'].map((digit) => digit.repeat(40)) as [string, string, string];
const expected = { baseSha: BASE, tree: TREE };

function commit(more: { tree?: string; parents?: string[] } = {}) {
  return { sha: 'd'.repeat(40), tree: TREE, parents: [BASE], message: '', url: '', ...more };
}

test('the tested tree on the expected base, and nothing else, is verified', () => {
  expect(mismatchesOf(commit(), expected)).toEqual([]);
});

test.each([
  ['another tree', { tree: OTHER }, ['The tree that landed']],
  ['another base', { parents: [OTHER] }, ['It landed on']],
  ['a merge commit', { parents: [BASE, OTHER] }, ['2 parents']],
  ['a root', { parents: [] }, ['0 parents', 'It landed on `nothing`']],
  ['another tree on another base', { tree: OTHER, parents: [OTHER] }, ['The tree', 'It landed on']],
])('%s is not', (_what, more, words) => {
  const found = mismatchesOf(commit(more), expected);
  expect(found).toEqual(words.map((word) => expect.stringContaining(word)));
});
