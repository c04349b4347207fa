/** Stopping plans: by a person's words, by a button, by what happens to the pull request. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { Containers } from '../support/containers.ts';
import { openAnother, openPull, type PullRequest } from '../support/pull-request.ts';

let world: World;
let containers: Containers;
let first: PullRequest;
beforeAll(async () => {
  world = await startWorld();
  containers = new Containers(world.dataDir);
  first = await openPull(world, 'endless', {
    main: { 'test_endless.py': 'import time\n\n\ndef test_endless():\n    time.sleep(600)\n' },
    change: {
      'test_endless.py':
        'import time\n\n\ndef test_a():\n    pass\n\n\ndef test_b():\n    time.sleep(4)\n\n\ndef test_endless():\n    time.sleep(600)\n',
    },
  });
  await first.repository.allow('dev', 'push');
});
afterAll(async () => {
  await containers.close();
  await world.close();
});

let opened = 0;
function another(): Promise<PullRequest> {
  opened += 1;
  return openAnother(world.github, first.repository, `other-${opened}`, { 'note.txt': `${opened}\n` });
}

/** Asks for a plan and waits until its tests run. */
async function plan(pull: PullRequest): Promise<number> {
  const from = containers.all.length;
  const comment = await pull.say('/codex plan');
  await containers.next('start', 'test', from);
  return comment;
}

test('while the tests run, the check run follows them; /codex cancel kills the container at once', async () => {
  const asked = await plan(first);
  const running = await first.check('the last test', ({ output }) =>
    (output.summary ?? '').includes('running `test_endless.py::test_endless`'),
  );
  expect(running).toMatchObject({
    status: 'in_progress',
    output: { title: 'Running tests: 2 of 3' },
    actions: [{ identifier: 'cancel' }],
  });
  expect(await first.comment()).toMatch(/🔄 Running since/);

  const cancel = await first.say('/codex cancel', 'dev');
  const { run } = await containers.next('destroy', 'test');

  // Not interrupted first, and given the grace time to end by itself.
  expect(containers.signals(run)).toEqual(new Set(['9']));
  expect(await first.reactionsTo(cancel)).toEqual(['eyes', '+1']);
  expect(await first.reactionsTo(asked)).toEqual(['eyes', 'confused']);
  expect(await first.lastCheck()).toMatchObject({
    conclusion: 'cancelled',
    output: { title: 'Cancelled: stopped by dev in a comment' },
  });
  const comment = await first.comment();
  expect(comment).toContain('### 🚫 Cancelled: stopped by dev in a comment');
  expect(comment).toContain('### `dev` asked `/codex cancel`');
  expect(comment).toContain(`Cancelled the plan of \`${first.head.slice(0, 7)}\`.`);
});

test('the button Cancel stops its plan and says who pressed it; others may not press it', async () => {
  const pull = await another();
  await plan(pull);
  const { id } = await pull.check('the button', ({ actions }) => actions.length > 0);

  await pull.repository.clickAction(id, 'cancel', 'mallory');
  await world.github.settled();
  await pull.repository.clickAction(id, 'cancel', 'dev');

  expect((await pull.verdict()).output.title).toBe(
    'Cancelled: stopped by dev with the button of the check run',
  );
});

test('a push supersedes the plan of the old head; without plan.auto the new one is not planned', async () => {
  const pull = await another();
  const old = pull.head;
  await plan(pull);

  const head = await pull.push({ 'note.txt': 'pushed\n' });

  const check = await pull.verdict(old);
  expect(check.conclusion).toBe('cancelled');
  expect(check.output.title).toBe(
    `Cancelled: superseded by ${head.slice(0, 7)}, the new head of the pull request`,
  );
  expect(await pull.checks()).toEqual([]);
});

test('closing the pull request stops its plan', async () => {
  const pull = await another();
  await plan(pull);
  await pull.repository.closePull(pull.number);
  expect((await pull.verdict()).output.title).toBe('Cancelled: the pull request was closed');
});

test('with plan.auto every head is planned once, however many events tell of it', async () => {
  const pull = await openPull(world, 'automatic', {
    main: { '.github/codex.yml': 'plan:\n  auto: true\n' },
    change: { 'test_a.py': 'import time\n\n\ndef test_a():\n    time.sleep(600)\n' },
  });
  const old = pull.head;
  await containers.next('start', 'test', containers.all.length);

  await pull.push({ 'test_a.py': 'def test_a():\n    pass\n' });
  const check = await pull.verdict();
  await world.github.settled();

  expect(check.output.title).toBe('1 passed');
  expect(await pull.checks()).toHaveLength(1);
  expect(await pull.checks(old)).toMatchObject([{ conclusion: 'cancelled' }]);
  expect(await pull.commentWith('### ✅ 1 passed')).toContain('History of runs (2)');
  const events = world.github.deliveries.all.map(({ event }) => event);
  expect(events).toEqual(expect.arrayContaining(['check_suite', 'pull_request']));
});
