/** Which freezes concern a pull request, by the files it changes. */
import { expect, test } from '@jest/globals';
import { concerning, touches } from '../../src/merge/freeze-scope.ts';
import type { Freeze } from '../../src/merge/snapshot.ts';

const freeze = (paths: readonly string[] | null): Freeze => ({
  ...{ baseRef: null, paths, source: 'alert', reason: 'a position is open', by: 'mean', expiresAt: 1 },
});

test.each([
  ['strategies/mean/**', 'strategies/mean/a/b.py', true],
  ['strategies/mean/**', 'strategies/meaner/a.py', false],
  ['strategies/*.py', 'strategies/a.py', true],
  ['strategies/*.py', 'strategies/mean/a.py', false],
  ['**/mean.py', 'mean.py', true],
  ['**/mean.py', 'a/b/mean.py', true],
])('%s means %s: %s', (pattern, path, is) => {
  expect(touches(['other/**', pattern], ['README.md', path])).toBe(is);
});

test('a freeze of files concerns who changes one of them, a freeze without files everybody', () => {
  const freezes = [freeze(['strategies/mean/**']), freeze(null)];
  const concerns = (paths: string[], complete = true) => concerning(freezes, { paths, complete });
  expect(concerns(['docs/a.md'])).toEqual([freezes[1]]);
  expect(concerns(['docs/a.md', 'strategies/mean/a.py'])).toEqual(freezes);
});

test('where GitHub does not list all files, each of them may be frozen', () => {
  const freezes = [freeze(['strategies/mean/**'])];
  expect(concerning(freezes, { paths: ['docs/a.md'], complete: false })).toEqual(freezes);
});
