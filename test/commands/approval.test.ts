import { expect, test } from '@jest/globals';
import { refusal } from '../../src/commands/approval.ts';
import type { Pull } from '../../src/github/pull.ts';

const HEAD = 'a'.repeat(40);
const AT = '2026-11-21T13:00:05Z';
const comment = { type: 'comment', commentId: 1, updatedAt: AT, member: null } as const;

function pull(differing: Partial<Pull> = {}): Pull {
  const headPushedAt = '2026-11-21T13:00:04Z';
  const open = { number: 1, state: 'open', merged: false, headSha: HEAD, headRef: 'x', baseRef: 'main' };
  // Whatever else GitHub says of a pull request decides nothing here.
  return { ...open, fork: true, headPushedAt, ...differing } as Pull;
}

test.each([
  ['a fork that was not pushed to since the comment', {}],
  ['a branch of the repository, whenever it was pushed to', { fork: false, headPushedAt: null }],
])('%s is approved', (_, differing) => {
  expect(refusal(pull(differing), comment, 'pr')).toBeNull();
});

test.each([
  ['a merged one', { state: 'closed', merged: true }, 'There is nothing left for `/codex pr` to do.'],
  ['a closed one', { state: 'closed' }, 'Reopen it and comment `/codex pr` again.'],
  ['a fork that is gone', { headPushedAt: null }, 'branch of this repository and comment `/codex pr` there.'],
  [
    'a fork that was pushed to in the second of the comment',
    { headPushedAt: AT },
    'Look at the changes and comment `/codex pr` again.',
  ],
] as const)('%s is refused, with what to do', (_, differing, next) => {
  expect(refusal(pull(differing as Partial<Pull>), comment, 'pr')?.next).toContain(next);
});

test('a button approves the head that its check belongs to, and no other', () => {
  const pressed = { type: 'check_suite', headSha: HEAD } as const;
  expect(refusal(pull(), pressed, 'plan')).toBeNull();
  expect(refusal(pull({ headSha: 'b'.repeat(40) }), pressed, 'plan')?.message).toContain('is now `bbbbbbb`');
});
