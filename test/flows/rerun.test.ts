/** The buttons of a finished check run. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { openPull, type PullRequest } from '../support/pull-request.ts';

let world: World;
let pull: PullRequest;
beforeAll(async () => {
  world = await startWorld();
  pull = await openPull(world, 'buttons', {
    main: { 'test_a.py': 'def test_a():\n    pass\n' },
    change: { 'test_b.py': 'def test_b():\n    pass\n\n\ndef test_c():\n    assert 0\n' },
  });
  await pull.command('/codex plan -k "b or c"');
});
afterAll(() => world.close());

async function lastId(): Promise<number> {
  return (await pull.lastCheck())?.id ?? 0;
}

/** The check run that follows a click. */
async function after(click: () => Promise<void>) {
  const before = await lastId();
  await click();
  return pull.check('a newer check run', ({ id, status }) => id > before && status === 'completed');
}

test('Re-run failed runs what did not pass', async () => {
  const id = await lastId();
  const check = await after(() => pull.repository.clickAction(id, 'rerun_failed'));
  expect(check.output.title).toBe('1 of 1 test fails because of this change');
  expect((await pull.checks()).find((each) => each.id === id)?.output.title).toMatch(/^1 of 2 tests/);
});

test('GitHub’s Re-run of that one runs all that were asked for: what failed may pass by now', async () => {
  const id = await lastId();
  const check = await after(() => pull.repository.rerequestCheckRun(id));
  expect(check.output.title).toBe('1 of 2 tests fails because of this change');
});

test('GitHub’s own Re-run runs the same again, with the arguments it had', async () => {
  const [first] = await pull.checks();
  const check = await after(() => pull.repository.rerequestCheckRun(first?.id ?? 0));
  expect(check.output.title).toBe('1 of 2 tests fails because of this change');
});

test('a plan of some tests has a check run of another name: a branch rule that asks for codex/plan is not satisfied', async () => {
  const names = new Set((await pull.checks()).map(({ name }) => name));
  expect([...names]).toEqual(['codex/plan (partial)']);
});

test('Re-run all checks runs everything', async () => {
  const check = await after(() => pull.repository.rerequestSuite(pull.head));
  expect(check.name).toBe('codex/plan');
  expect(check.output.title).toBe('1 of 3 tests fails because of this change');
  expect(await pull.commentWith('History of runs (5)')).toContain('1 of 3 tests fails');
});

test('a button of a head that was left behind → an explanation, and no plan', async () => {
  const [first] = await pull.checks();
  const old = pull.head;
  const head = await pull.push({ 'note.txt': 'pushed\n' });
  await pull.repository.rerequestCheckRun(first?.id ?? 0);

  await pull.commentWith(
    `The check belongs to \`${old.slice(0, 7)}\`, but the head is now \`${head.slice(0, 7)}\`.`,
  );
  expect(await pull.checks()).toEqual([]);
  expect(await pull.checks(old)).toHaveLength(5);
});
