import { expect, it } from '@jest/globals';
import { progressOutput, queuedOutput } from '../../../src/plan/report/progress.ts';
import { collected, result, start, tallyOf } from '../../support/events.ts';

it('shows the place in the queue', () => {
  expect([1, 4, null].map((position) => queuedOutput(position).title)).toEqual([
    'Queued: next in line',
    'Queued: position 4',
    'Queued',
  ]);
});

it('shows the phase before tests run', () => {
  expect(progressOutput('install', null)).toEqual({
    title: 'Installing dependencies',
    summary: 'Installing dependencies …',
  });
});

it('shows the counts so far and what runs, without a mention', () => {
  const tally = tallyOf([collected(3), start('a'), result('a', 'failed'), start('t.py::test[@octocat]')]);
  expect(progressOutput('test', tally)).toEqual({
    title: 'Running tests: 1 of 3',
    summary: '1 failed.\n\n- running `t.py::test[@octocat]`',
  });
});

it('the tests have run when failures are run again: how many is no progress any more', () => {
  const tally = tallyOf([collected(2), start('a'), result('a', 'failed'), start('b'), result('b', 'passed')]);
  expect(progressOutput('attribute', tally)).toEqual({
    title: 'Running failed tests again, on head and on base',
    summary: '1 passed, 1 failed.',
  });
});
