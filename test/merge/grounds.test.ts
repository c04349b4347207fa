import { expect, test } from '@jest/globals';
import { groundsOf } from '../../src/merge/land.ts';
import { check, HEAD, OTHER, opinion, requirements, snapshot } from './snapshots.ts';

test('the receipt names approvals that count, and no other opinion', () => {
  const opinions = [
    opinion('grace'),
    opinion('ada'), // The author.
    opinion('mallory', { mayWrite: false }),
    opinion('alan', { commitId: OTHER }),
    opinion('edsger', { state: 'CHANGES_REQUESTED' }),
  ];
  const approvals = (dismissStale: boolean) =>
    groundsOf(snapshot({ opinions, requirements: requirements({ dismissStale }) })).approvals;
  expect(approvals(true)).toEqual([{ login: 'grace', commitId: HEAD }]);
  expect(approvals(false).map(({ login }) => login)).toEqual(['grace', 'alan']);
});

test('the receipt names the checks as they ended, but not the one that shows the merge', () => {
  const checks = [
    check('build', { url: 'https://ci.test/1' }),
    check('legacy', { conclusion: null }),
    check('codex/pr', { state: 'pending', conclusion: null }),
  ];
  expect(groundsOf(snapshot({ checks })).checks).toEqual([
    { name: 'build', conclusion: 'success', url: 'https://ci.test/1' },
    { name: 'legacy', conclusion: 'success', url: null },
  ]);
});
