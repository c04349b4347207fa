/** From `/codex pr` to the receipt, over a local GitHub with real git. */
import { expect, test } from '@jest/globals';
import { type MergeWorld, openForEachTest } from './world.ts';

let world: MergeWorld;
openForEachTest('merge', (opened) => {
  world = opened;
});

test('a pull request with nothing missing is planned, lands as tested, and has its receipt', async () => {
  const base = await world.git('rev-parse', 'main');
  const pull = await world.pull();
  const intent = await world.merge(pull);

  const landed = await world.git('rev-parse', 'main');
  expect(intent).toMatchObject({ state: 'merged', mergedSha: landed, plans: 1, calls: 1 });
  expect(intent.receipt).toMatchObject({
    verified: true,
    mismatches: [],
    requestedBy: 'dev',
    permission: 'write',
    entitlement: 'the plan Team',
    headSha: pull.head,
    commit: { sha: landed, parents: [base], tree: await world.git('rev-parse', 'main^{tree}') },
    branch: 'kept',
  });
  expect(await world.log()).toEqual([`Add a cart (#${pull.number})`, expect.anything()]);
  expect(await world.git('log', '-1', '--format=%(trailers:key=Codex-Merge,valueonly)', 'main')).toBe(
    intent.id,
  );
  expect(await world.check(intent)).toMatchObject({ status: 'completed', conclusion: 'success' });
  expect(world.repository.reactions(pull.comment)).toContain('rocket');
  expect(intent.reportedAt).not.toBeNull();
});

test('where there are no tests, on base neither, it lands, and its receipt says so', async () => {
  world.verdict = { conclusion: 'neutral', title: 'No tests were found', base_collected: 0 };
  const { state, receipt } = await world.merge(await world.pull());
  expect([state, receipt?.verified, receipt?.plan.title]).toEqual(['merged', true, 'No tests were found']);
});

test('ten requests at the same moment merge once', async () => {
  const pull = await world.pull();
  const answers = Array.from({ length: 10 }, () => world.request(pull));
  const intent = await world.settled(answers[0]?.intent ?? world.request(pull).intent);
  expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(intent.state).toBe('merged');
  expect(world.calls()).toBe(1);
  expect(world.request(pull)).toMatchObject({ isNew: false, intent: { state: 'merged' } });
});
