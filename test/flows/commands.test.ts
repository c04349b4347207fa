/** The language of comments: what a person writes, and what comes of it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { openAnother, openPull, type PullRequest } from '../support/pull-request.ts';

const TESTS = {
  'pytest.ini': '[pytest]\nmarkers = slow\n',
  'tests/api/test_orders.py': `import pytest


def test_orders_open():
    pass


@pytest.mark.slow
def test_orders_closed():
    pass
`,
  'tests/test_broken.py': `def test_broken_one():
    assert 0


def test_broken_two():
    assert 0


def test_whole():
    pass
`,
};

let world: World;
let pull: PullRequest;
beforeAll(async () => {
  world = await startWorld();
  pull = await openPull(world, 'shop', {
    main: { 'README.md': 'A shop.\n', 'tests/test_broken.py': 'def test_whole():\n    pass\n' },
    change: TESTS,
  });
  await pull.repository.allow('dev', 'push');
  await pull.repository.allow('mallory', 'triage');
});
afterAll(() => world.close());

/** A pull request on which nothing was planned yet. */
let opened = 0;
function another(): Promise<PullRequest> {
  opened += 1;
  return openAnother(world.github, pull.repository, `other-${opened}`, { 'note.txt': `${opened}\n` });
}

describe('arguments choose the tests', () => {
  test.each([
    ['/codex plan tests/api', '2 passed'],
    ['/codex plan tests/api/test_orders.py::test_orders_open', '1 passed'],
    ['/codex plan -k "orders and not open"', '1 passed'],
    ['/codex plan -m slow', '1 passed'],
    ['/codex plan --maxfail 1', '1 of 1 test fails because of this change'],
    ['/codex plan', '2 of 5 tests fail because of this change'],
    ['/codex plan --failed', '2 of 2 tests fail because of this change'],
    [
      '/codex plan tests/test_broken.py::test_gone',
      'pytest could not start (exit code 4): not found: tests/test_broken.py::test_gone',
    ],
  ])('%s → %s', async (command, title) => {
    expect((await pull.command(command)).check?.output.title).toBe(title);
  });

  test('--failed where nothing was planned yet → says so', async () => {
    const { check, reactions } = await (await another()).command('/codex plan --failed');
    expect(check?.output.title).toBe('There is no earlier plan of this pull request.');
    expect(check?.output.summary).toContain('Comment `/codex plan` to run all tests.');
    expect(reactions).toEqual(['eyes', '-1']);
  });
});

test('a command that does not exist → the nearest one and the usage, in the living comment', async () => {
  const { reactions, comment, check } = await (await another()).command(
    'Please!\n\n/codex paln tests',
    'dev',
  );

  expect(reactions).toEqual(['confused']);
  expect(comment).toContain('### `dev` asked `/codex paln tests`');
  expect(comment).toContain('`paln` is not a command. Did you mean `plan`?');
  expect(comment).toContain('The commands are `/codex plan`, `/codex pr`, `/codex cancel`');
  expect(check).toBeUndefined();
});

test('an option that does not exist → the nearest one and the usage', async () => {
  const { reactions, comment } = await (await another()).command('/codex plan --faild');

  expect(reactions).toEqual(['confused']);
  expect(comment).toContain('`--faild` is not an option of `/codex plan`. Did you mean `--failed`?');
  expect(comment).toContain('Usage: `/codex plan [paths…] [-k EXPR] [-m EXPR] [--failed] [--maxfail N]`');
});

test('arguments that would reach outside, or pytest’s own options, are refused', async () => {
  const { comment, check } = await (await another()).command('/codex plan ../../etc');
  expect(comment).toContain('`../../etc` leaves the repository.');
  expect(check).toBeUndefined();
});

test('somebody who may not write gets a reaction: no words, no check run', async () => {
  const quiet = await another();
  const { reactions, comment, check } = await quiet.command('/codex plan', 'mallory');
  expect({ reactions, comment, check }).toEqual({ reactions: ['-1'], comment: '', check: undefined });
});

test('a bot commands nothing', async () => {
  const quiet = await another();
  const id = await quiet.say('Not yet a command.');
  const [delivery] = world.github.deliveries.all.slice(-1);
  const payload = JSON.parse(
    JSON.stringify(delivery?.payload).replaceAll('"Not yet a command."', '"/codex plan"'),
  );
  world.github.deliveries.give('issue_comment', {
    ...payload,
    sender: { login: 'helper[bot]', type: 'Bot' },
  });
  const { comment } = await quiet.command('/codex status');

  expect(quiet.repository.reactions(id)).toEqual([]);
  expect(comment).toContain('Nothing was planned here yet.');
});

test('what is shown as code, as a quote or not at all is no command', async () => {
  const quiet = await another();
  await quiet.say(
    'Look:\n\n```\n/codex plan\n```\n\n> /codex plan\n\n<!--\n/codex plan\n-->\n\n    /codex plan\n\nor /codex plan',
  );
  const { comment } = await quiet.command('/codex status');
  expect(comment).toContain('Nothing was planned here yet.');
});

test('several commands in one comment run in order', async () => {
  const busy = await another();
  const id = await busy.say('/codex plan -k whole\n/codex status\n/codex hlep');
  const check = await busy.verdict();
  const comment = await busy.commentWith('✅ 1 passed');

  expect(check.output.title).toBe('1 passed');
  expect(comment).toContain('Only some of the tests were asked for: `-k "whole"`.');
  expect(comment).toContain('asked `/codex hlep`');
  expect(comment).toContain('Did you mean `help`?');
  expect(busy.repository.reactions(id)).toEqual(expect.arrayContaining(['eyes', '+1', 'confused']));
});

test('an edit runs what it adds, and nothing again', async () => {
  const edited = await another();
  const { id } = await edited.command('/codex plan -k whole');
  await edited.repository.editComment(id, 'acme', 'Fine.\n\n/codex plan -k whole\n\n/codex status');
  await edited.commentWith('asked `/codex status`');

  expect(await edited.checks()).toHaveLength(1);
});

test('one delivery twice, and one comment under two deliveries → one plan', async () => {
  const once = await another();
  const id = await once.say('/codex plan');
  const [delivery] = world.github.deliveries.all.slice(-1);
  expect(delivery?.event).toBe('issue_comment');
  const again = await world.github.deliveries.redeliver(delivery?.guid ?? '');
  world.github.deliveries.give('issue_comment', delivery?.payload ?? {});
  const reactions = await once.reactionsTo(id);
  const status = await once.command('/codex status');

  expect(again).toBe(202);
  expect(reactions).toEqual(['eyes', 'rocket']);
  expect(status.comment.match(/^- `[0-9a-f]{7}`: success/gm)).toHaveLength(1);
  expect(await once.checks()).toHaveLength(1);
});

test('a command on a closed pull request is refused with words', async () => {
  const closed = await another();
  await closed.repository.closePull(closed.number);
  const { reactions, comment } = await closed.command('/codex plan');
  expect(reactions).toEqual(['eyes', '-1']);
  expect(comment).toContain('This pull request is closed. Reopen it and comment `/codex plan` again.');
});
