/** From a comment to a verdict: what people read on the check run and in the comment. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { openAnother, openPull } from '../support/pull-request.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const CALC = 'def add(a, b):\n    return a + b\n\n\ndef mul(a, b):\n    return a * b\n';
const BROKEN_ADD = CALC.replace('a + b', 'a - b');
const BROKEN_MUL = CALC.replace('a * b', 'a + b');
const TEST_CALC = `from calc import add, mul


def test_add():
    assert add(1, 2) == 3


def test_mul():
    assert mul(2, 3) == 6
`;

/** Fails after another test of the session, passes alone. */
const FLAKY = `used = []


def test_uses():
    used.append(1)


def test_needs_it_unused():
    assert not used
`;

test('a change that breaks a test → failure at its line; the fix → success, in the same comment', async () => {
  const pull = await openPull(world, 'calc', {
    main: { 'calc.py': CALC, 'test_calc.py': TEST_CALC },
    change: { 'calc.py': BROKEN_ADD },
  });
  const brokenHead = pull.head;

  const broken = await pull.command('/codex plan');

  expect(broken.reactions).toEqual(['eyes', '-1']);
  expect(broken.check).toMatchObject({
    conclusion: 'failure',
    output: { title: '1 of 2 tests fails because of this change' },
    annotations: [
      {
        path: 'test_calc.py',
        start_line: 5,
        end_line: 5,
        annotation_level: 'failure',
        message: expect.stringMatching(/^assert -1 == 3\n/),
      },
    ],
    actions: [{ identifier: 'rerun_failed' }],
  });
  expect(broken.comment).toContain('❌ 1 of 2 tests fails because of this change');
  expect(broken.comment).toContain(
    '- **Caused by this change (1)**\n  - `test_calc.py::test_add`: `assert -1 == 3`',
  );

  await pull.push({ 'calc.py': `${CALC}# fixed\n` });
  const fixed = await pull.command('/codex plan');

  expect(fixed.reactions).toEqual(['eyes', 'rocket']);
  expect(fixed.check).toMatchObject({
    conclusion: 'success',
    output: { title: '2 passed' },
    annotations: [],
    actions: [],
  });
  expect(fixed.comment).toMatch(/^<!-- codex:conversation -->\n\n### ✅ 2 passed\n/);
  expect(fixed.comment).toContain('<summary>History of runs (2)</summary>');
  for (const [head, verdict] of [
    [pull.head, '✅ success'],
    [brokenHead, '❌ failure'],
  ]) {
    expect(fixed.comment).toContain(`\`${head?.slice(0, 7)}\` | ${verdict}`);
  }
});

test('every failure is told apart: caused by this change, already failing on base, flaky', async () => {
  const pull = await openPull(world, 'attribution', {
    main: { 'calc.py': BROKEN_MUL, 'test_calc.py': TEST_CALC, 'test_state.py': FLAKY },
    change: {
      'calc.py': BROKEN_MUL.replace('a + b\n\n', 'a - b\n\n'),
      'test_new.py': 'def test_new():\n    assert False, "not done yet"\n',
    },
  });

  const { check, comment } = await pull.command('/codex plan');

  expect(check?.output.title).toBe(
    '2 of 5 tests fail because of this change; 1 already failing on base, 1 flaky',
  );
  expect(check?.annotations.map(({ title, annotation_level }) => [title, annotation_level])).toEqual([
    ['test_calc.py::test_add (caused by this change)', 'failure'],
    ['test_new.py::test_new (caused by this change)', 'failure'],
    ['test_calc.py::test_mul (already failing on base)', 'warning'],
    ['test_state.py::test_needs_it_unused (flaky)', 'warning'],
  ]);
  expect(comment).toContain('Already failing on base (1): `test_calc.py::test_mul`');
  expect(comment).toContain('Flaky: passed when run again (1): `test_state.py::test_needs_it_unused`');
  expect(comment).toContain('5 tests, 1 more than base: 1 passed, 4 failed');
});

test('plan.fail_on: new on the base branch → only what the change breaks counts', async () => {
  const innocent = await openPull(world, 'tolerant', {
    main: {
      'calc.py': BROKEN_MUL,
      'test_calc.py': TEST_CALC,
      'test_state.py': FLAKY,
      '.github/codex.yml': 'plan:\n  fail_on: new\n',
    },
    change: { 'README.md': 'Numbers.\n' },
  });
  const guilty = await openAnother(world.github, innocent.repository, 'guilty', {
    'calc.py': BROKEN_MUL.replace('a + b\n\n', 'a - b\n\n'),
  });

  const [passed, failed] = await Promise.all([
    innocent.command('/codex plan'),
    guilty.command('/codex plan'),
  ]);

  expect(passed.check).toMatchObject({
    conclusion: 'success',
    output: { title: '2 passed, 2 failures not counted: 1 already failing on base, 1 flaky' },
  });
  expect(passed.reactions).toEqual(['eyes', 'rocket']);
  expect(failed.check?.conclusion).toBe('failure');
});

test('the configuration of the pull request itself is not obeyed; mistakes of the base branch are told', async () => {
  const pull = await openPull(world, 'config', {
    main: {
      'test_it.py': 'def test_it():\n    pass\n',
      '.github/codex.yml': 'plan:\n  fail_on: sometimes\n  spede: 3\n',
    },
    change: {
      'test_it.py': 'def test_it():\n    assert 0\n',
      '.github/codex.yml': 'plan:\n  fail_on: new\n  command: ["true"]\n',
    },
  });

  const { check, comment } = await pull.command('/codex plan');

  expect(check).toMatchObject({
    conclusion: 'failure',
    output: { title: '1 of 1 test fails because of this change' },
  });
  for (const text of [check?.output.summary, comment]) {
    expect(text).toContain('`.github/codex.yml`, `plan.fail_on`: must be "any" or "new".');
    expect(text).toContain('`.github/codex.yml`, `plan.spede`: is not a known key');
  }
});

test('the configuration of the base branch is obeyed: environment, pytest’s arguments, the command', async () => {
  const pull = await openPull(world, 'configured', {
    main: {
      '.github/codex.yml': `plan:
  environment: { STAGE: testing }
  pytest: ["-k", "stage"]
  command: [python3, -X, utf8, -m, pytest]
`,
    },
    change: {
      'test_it.py': `import os
import sys


def test_stage():
    assert os.environ["STAGE"] == "testing" and sys.flags.utf8_mode


def test_other():
    assert 0
`,
    },
  });
  expect((await pull.command('/codex plan')).check?.output.title).toBe('1 passed');
});

test('no tests → neutral, with guidance', async () => {
  const pull = await openPull(world, 'empty', {
    main: { 'app.py': 'x = 1\n' },
    change: { 'app.py': 'x = 2\n' },
  });

  const { check, reactions } = await pull.command('/codex plan');

  expect(check).toMatchObject({ conclusion: 'neutral', output: { title: 'No tests were found' } });
  expect(check?.output.summary).toContain('functions named `test_*` in files named `test_*.py`');
  expect(reactions).toEqual(['eyes', 'confused']);
});

test('a file that cannot be imported → failure at the line of the import', async () => {
  const pull = await openPull(world, 'imports', {
    main: { 'test_a.py': 'def test_a():\n    pass\n' },
    change: { 'test_b.py': 'import os\nimport nowhere_to_be_found\n' },
  });

  const { check, comment } = await pull.command('/codex plan');

  expect(check).toMatchObject({
    conclusion: 'failure',
    output: { title: expect.stringMatching(/^1 error during collection in test_b\.py.*: no test was run$/) },
    annotations: [{ path: 'test_b.py', start_line: 2 }],
  });
  expect(comment).toContain('nowhere_to_be_found');
});

test('a test that does not end → timed out: which test it was, and the results up to then', async () => {
  const pull = await openPull(world, 'slow', {
    main: { '.github/codex.yml': 'plan:\n  limits:\n    timeout_seconds: 6\n' },
    change: {
      'test_slow.py':
        'import time\n\n\ndef test_quick():\n    pass\n\n\ndef test_forever():\n    time.sleep(600)\n\n\ndef test_after():\n    pass\n',
    },
  });

  const { check, comment, reactions } = await pull.command('/codex plan');

  expect(check).toMatchObject({
    conclusion: 'timed_out',
    output: { title: 'Timed out after 6 s while running test_slow.py::test_forever' },
  });
  expect(check?.output.summary).toMatch(/\| 3 \| 1 \| 0 \|/);
  expect(comment).toContain('Running at the end: `test_slow.py::test_forever`');
  expect(reactions).toEqual(['eyes', '-1']);
});
