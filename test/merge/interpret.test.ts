import { expect, test } from '@jest/globals';
import { interpretMerge } from '../../src/merge/interpret.ts';

const refused = (status: number, message: string) => interpretMerge({ type: 'refused', status, message });

test('it landed: the commit is known', () => {
  expect(interpretMerge({ type: 'merged', sha: 'abc' })).toEqual({ type: 'landed', sha: 'abc' });
});

test('the base moved: it is evaluated again', () => {
  expect(refused(405, 'Base branch was modified. Review and try the merge again.')).toEqual({
    type: 'base_modified',
  });
});

test('the head moved: the new commit is not what was asked for', () => {
  expect(refused(409, 'Head branch was modified. Review and try the merge again.')).toEqual({
    type: 'head_moved',
  });
});

test.each([
  [405, 'Required status check "build" is expected.'],
  [405, 'Pull Request is not mergeable'],
  [403, 'Resource not accessible by integration'],
])('%i %s: somebody may mend it, and GitHub’s words are kept', (status, message) => {
  expect(refused(status, message)).toEqual({ type: 'refused', message });
});

test.each([
  [404, 'Not Found'],
  [422, 'Validation Failed'],
])('%i %s: it is not asked again', (status, message) => {
  expect(refused(status, message)).toEqual({ type: 'impossible', message });
});

test('without an answer, and while another call is worked on, it may have landed', () => {
  expect(interpretMerge({ type: 'unknown', message: 'timeout' })).toEqual({
    type: 'unknown',
    message: 'timeout',
  });
  expect(refused(405, 'Merge already in progress')).toMatchObject({ type: 'unknown' });
});
