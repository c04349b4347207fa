import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { DEFAULT_LIMITS } from '../../src/plan/sandbox/limits.ts';
import type { TestEnd } from '../../src/plan/sandbox/test.ts';
import { type Step, unpackFailure } from '../../src/plan/unpack-failure.ts';

const CUT = 'The work tree could not be laid out: git index-pack ended with 128: fatal: early EOF';
const FULL = 'The work tree could not be laid out: git reset ended with 128: error: unable to write file big';

function failure(step: Step | null, note: string, end: Partial<TestEnd> = {}): Error | null {
  const whole: TestEnd = {
    ...{ status: 70, oomKilled: false, timedOut: false, seconds: 1, forged: 0 },
    ...end,
  };
  return unpackFailure(step, whole, [note], DEFAULT_LIMITS);
}

describe('a work tree that could not be laid out', () => {
  test.each<Step | null>(['unpack', null])('is an outage at the step %s', (step) => {
    const thrown = failure(step, CUT);
    expect(thrown).not.toBeInstanceOf(UserError);
    expect(thrown?.message).toContain('early EOF');
  });

  test('because it is too large is for the person to mend', () => {
    expect(failure('unpack', FULL)).toMatchObject({
      name: 'UserError',
      message: 'The work tree does not fit into the 1024 MB of the sandbox.',
      next: expect.stringContaining('plan.limits.disk_mb'),
    });
  });
});

test.each<[string, Step, Partial<TestEnd>]>([
  ['once the project’s own code runs', 'build', {}],
  ['where tests end with the same status', 'test', {}],
  ['out of memory', 'unpack', { oomKilled: true }],
  ['out of time', 'unpack', { status: null, timedOut: true }],
])('%s, the end is for the verdict', (_when, step, end) => {
  expect(failure(step, CUT, end)).toBeNull();
});
