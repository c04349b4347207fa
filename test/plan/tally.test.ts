import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { MAX_TESTS, SessionTally } from '../../src/plan/tally.ts';
import {
  collectError,
  collected,
  collectSkip,
  end,
  exit,
  result,
  session,
  start,
  tallyOf,
} from '../support/events.ts';

describe('the tally of a session', () => {
  it('counts outcomes and keeps what did not pass, failures first', () => {
    const tally = tallyOf(
      session(['passed', 'skipped', 'failed', 'xfailed', 'xpassed', 'error', 'passed'], 1),
    );
    expect(tally.counts).toEqual({
      collected: 7,
      passed: 2,
      failed: 1,
      errors: 1,
      skipped: 1,
      xfailed: 1,
      xpassed: 1,
    });
    expect(tally.tests.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'error',
      'skipped',
      'xfailed',
      'xpassed',
    ]);
    expect(tally).toMatchObject({
      finished: 7,
      unstarted: 0,
      inFlight: [],
      status: 1,
      truncated: false,
    });
    expect(tally.end).toEqual({ exit_code: 1, collected: 7, results: 7, warnings: 0 });
  });

  it('counts a name once, as failed where one of its results is a failure', () => {
    const ran = (outcome: 'passed' | 'failed' | 'skipped') => [start('a'), result('a', outcome)];
    for (const outcomes of [['failed', 'passed'] as const, ['passed', 'failed'] as const]) {
      const tally = tallyOf([collected(1), ...outcomes.flatMap(ran)]);
      expect(tally.counts).toMatchObject({ passed: 0, failed: 1 });
      expect(tally).toMatchObject({
        tests: [{ outcome: 'failed' }],
        finished: 1,
        unstarted: 0,
        inFlight: [],
      });
    }
    const tally = tallyOf([collected(1), ...ran('skipped'), ...ran('passed')]);
    expect(tally).toMatchObject({ counts: { passed: 1, skipped: 0 }, tests: [], finished: 1 });
  });

  it('names the tests that run, oldest first', () => {
    const tally = tallyOf([start('a'), start('b'), start('c'), result('b', 'passed')]);
    expect(tally.inFlight).toEqual(['a', 'c']);
  });

  it('counts results of tests that never started', () => {
    expect(tallyOf([start('a'), result('a', 'passed'), result('b', 'passed')]).unstarted).toBe(1);
  });

  it('counts a file that cannot be collected once, however many workers report it', () => {
    const error = collectError('tests/test_a.py', 'SyntaxError: invalid syntax');
    const tally = tallyOf([error, error]);
    expect(tally).toMatchObject({ collectErrors: 1, collected: null, counts: { errors: 1, collected: 0 } });
    expect(tally.tests).toMatchObject([{ nodeid: 'tests/test_a.py', outcome: 'error', line: 1 }]);
  });

  it('counts a file that skips itself among the skipped, though none of its tests is collected', () => {
    const skip = collectSkip('tests/test_a.py', 'no database');
    const tally = tallyOf([skip, skip, ...session(['passed'], 0)]);
    expect(tally.counts).toMatchObject({ collected: 1, passed: 1, skipped: 1 });
    expect(tally.tests).toMatchObject([
      { nodeid: 'tests/test_a.py', outcome: 'skipped', message: 'no database' },
    ]);
  });

  it('keeps the ten slowest tests', () => {
    const times = [0.5, 3, 1, 0.2, 9, 4, 2, 0.7, 0.8, 0.9, 5, 0.1];
    const tally = tallyOf(times.map((seconds) => result(`t${seconds}`, 'passed', { seconds })));
    expect(tally.slowest.map(({ seconds }) => seconds)).toEqual([9, 5, 4, 3, 2, 1, 0.9, 0.8, 0.7, 0.5]);
  });

  it('stays small, and says so, when the sandbox reports without end', () => {
    const tally = new SessionTally();
    const traceback = `${'x'.repeat(150_000)}the end`;
    for (let index = 0; index < MAX_TESTS + 500; index++) {
      tally.add(start(`s${index}`));
      tally.add(result(`t${index}`, 'failed', { traceback, message: traceback }));
      tally.add({ event: 'note', text: traceback });
    }
    const { tests, notes, counts, inFlight, truncated } = tally.tally();
    expect(truncated).toBe(true);
    expect(tests).toHaveLength(MAX_TESTS);
    expect(counts.failed).toBe(MAX_TESTS + 500);
    expect(tests[0]?.traceback).toMatch(/x+the end$/);
    expect(JSON.stringify({ tests, notes, inFlight }).length).toBeLessThan(12_000_000);
  });

  it('does not hold on to the long texts that it keeps a part of', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const tally = new SessionTally();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 300; index++) {
      tally.add(result(`t${index}`, 'failed', { traceback: Buffer.alloc(200_000, 'x').toString('latin1') }));
    }
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(15_000_000);
    expect(tally.tally().counts.failed).toBe(300);
  });

  it('keeps the last word of the runner and of the session', () => {
    const tally = tallyOf([end(0, 1, 1), exit(-9)]);
    expect(tally).toMatchObject({ status: -9, end: { exit_code: 0 }, collected: null });
  });
});
