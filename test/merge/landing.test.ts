/** Every answer of GitHub to a merge, and no answer: never two merges, never a merge unnoticed. */
import { describe, expect, test } from '@jest/globals';
import { LANDING } from './setup.ts';
import { type MergeWorld, openForEachTest } from './world.ts';

const SECOND = 1_000;
const MERGE = { method: 'PUT', path: /\/merge$/ };

let world: MergeWorld;
openForEachTest('landing', (opened) => {
  world = opened;
});

describe('no answer', () => {
  test('it has landed: that is found out, and GitHub is not asked again', async () => {
    world.github.fail({ ...MERGE, answer: 'lost' });
    const unknown = await world.merge(await world.pull());
    expect(unknown).toMatchObject({ state: 'merging', mergedSha: null });

    const intent = await world.later(unknown, 5 * SECOND);
    expect(intent).toMatchObject({ state: 'merged', receipt: { verified: true } });
    expect(world.calls()).toBe(1);
    expect(await world.log()).toHaveLength(2);
  });

  test('it has landed, and GitHub shows the pull request as open: the log of the base knows better', async () => {
    world.github.fail({ ...MERGE, answer: 'lost' });
    const pull = await world.pull();
    const unknown = await world.merge(pull);
    await world.repository.pulls.reopenMerged(pull.number);
    expect(await world.later(unknown, 5 * SECOND)).toMatchObject({ state: 'merged' });
    expect(world.calls()).toBe(1);
    expect(world.request(pull)).toMatchObject({ isNew: false, intent: { state: 'merged' } });
  });

  test('what somebody lands under its trailer as a title is not taken for it', async () => {
    world.github.fail({ ...MERGE, answer: 'reset' });
    const unknown = await world.merge(await world.pull());
    const other = await world.pull('feature/13', { 'b.py': 'b = 1\n' });
    await world.github.as('acme', 'PUT', `/repos/${world.repository.fullName}/pulls/${other.number}/merge`, {
      ...{ merge_method: 'squash', commit_title: `Codex-Merge: ${unknown.id}`, commit_message: 'no' },
    });
    expect(await world.later(unknown, 5 * SECOND)).toMatchObject({ state: 'merging', mergedSha: null });
    expect(await world.later(unknown, 15 * SECOND)).toMatchObject({ receipt: { verified: true } });
  });

  test.each([['reset'], [502]] as const)(
    'it has not landed (%s): GitHub is asked again once the call cannot land any more',
    async (answer) => {
      world.github.fail({ ...MERGE, answer });
      const unknown = await world.merge(await world.pull());
      expect(await world.later(unknown, 5 * SECOND)).toMatchObject({ state: 'merging', calls: 1 });
      expect(world.calls()).toBe(1);
      expect(await world.later(unknown, 10 * SECOND)).toMatchObject({ state: 'merged', calls: 2 });
      expect(await world.log()).toHaveLength(2);
    },
  );

  test('the process ended before it called: the base is free again, and the merge made, once that is sure', async () => {
    const blocked = { ...world.entitlement, allowed: false };
    world.entitlement = blocked;
    const waiting = await world.merge(await world.pull());
    const baseSha = await world.git('rev-parse', 'main');
    world.intents.call(waiting.id, { ...LANDING, baseSha }, Date.now());
    world.entitlement = { ...blocked, allowed: true };

    expect(await world.wake(waiting)).toMatchObject({ state: 'merging' });
    expect(await world.later(waiting, 15 * SECOND)).toMatchObject({ state: 'merged', calls: 2 });
    expect(world.calls()).toBe(1);
  });
});

describe('an answer', () => {
  test('the head has moved: cancelled, and never the new commit merged', async () => {
    const pull = await world.pull();
    world.repository.pulls.pushDuringNextMerge(pull.branch, { 'cart.py': 'y = 2\n' });
    const intent = await world.merge(pull);
    expect(intent).toMatchObject({ state: 'cancelled', reason: expect.stringContaining('The head moved') });
    expect(await world.log()).toHaveLength(1);
    expect(await world.check(intent)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect(world.repository.reactions(pull.comment)).toContain('confused');
  });

  test('the base was modified: planned again, and landed on what it is now', async () => {
    world.repository.pulls.pushDuringNextMerge('main', { 'other.py': 'z = 1\n' });
    const modified = await world.merge(await world.pull());
    expect(modified).toMatchObject({ state: 'waiting', refusal: null });
    const intent = await world.later(modified, 2 * SECOND);
    expect(intent).toMatchObject({ state: 'merged', plans: 2, calls: 2, receipt: { verified: true } });
    expect(await world.log()).toHaveLength(3);
  });

  test('the base is modified each time: GitHub is asked five times at once, not for ever', async () => {
    world.github.fail({
      ...MERGE,
      answer: 405,
      message: 'Base branch was modified. Review and try again.',
      times: 50,
    });
    let intent = await world.merge(await world.pull());
    for (let calls = 1; calls < 5; calls += 1) intent = await world.wake(intent);
    intent = await world.wake(intent);
    expect(intent).toMatchObject({
      state: 'waiting',
      calls: 5,
      refusal: expect.stringContaining('modified'),
    });
    expect(world.calls()).toBe(5);
  });

  test('a refusal: GitHub’s words are shown, and it is asked again after a while', async () => {
    world.github.fail({ ...MERGE, answer: 405, message: 'At least 1 approving review is required' });
    const blocked = await world.merge(await world.pull());
    expect(blocked).toMatchObject({ state: 'waiting', decision: { action: 'block' }, calls: 1 });
    const { output } = Object(await world.check(blocked));
    expect(output.title).toContain('At least 1 approving review is required');

    expect(await world.later(blocked, 30 * SECOND)).toMatchObject({ state: 'waiting', calls: 1 });
    expect(await world.later(blocked, 31 * SECOND)).toMatchObject({ state: 'merged', calls: 2 });
  });

  test('is not asked for where merges were frozen after all had been read', async () => {
    const pull = await world.pull();
    const { repositoryId, repository } = world;
    const target = { installation: 0, repositoryId, repository: repository.fullName, number: pull.number };
    const freeze = { pull: target, baseRef: 'main', reason: 'release week', by: 'acme' };
    world.github.fail({
      path: /\/pulls\/\d+\/commits/,
      when: () => {
        world.merges.effects.freeze(freeze);
        return false;
      },
      answer: 500,
    });
    const intent = await world.merge(pull);
    expect(intent).toMatchObject({ state: 'waiting', calls: 0 });
    expect(intent.decision?.reasons.map(({ code }) => code)).toEqual(['frozen']);
  });

  test('what cannot be merged at all ends it, with GitHub’s words', async () => {
    world.github.fail({
      ...MERGE,
      answer: 422,
      message: 'Squash merges are not allowed on this repository.',
    });
    expect(await world.merge(await world.pull())).toMatchObject({
      state: 'cancelled',
      reason: expect.stringContaining('Squash merges are not allowed on this repository.'),
    });
  });
});

describe('what landed', () => {
  test('is not what was tested: base frozen, an issue opened once, nothing reverted', async () => {
    world.verdict = { tree: 'e'.repeat(40) };
    const pull = await world.pull();
    world.github.fail({
      method: 'PATCH',
      path: /check-runs/,
      when: (body) => Object(body).status === 'completed',
      answer: 502,
      times: 3,
    });
    const intent = await world.merge(pull);
    expect(intent).toMatchObject({ state: 'merged', receipt: { verified: false, branch: 'kept' } });
    expect(intent.receipt?.mismatches).toEqual([expect.stringContaining('e'.repeat(40))]);
    expect(await world.check(intent)).toMatchObject({ conclusion: 'failure' });
    expect(world.repository.reactions(pull.comment)).toContain('-1');
    expect(await world.log()).toHaveLength(2);
    const issues = await world.github.as(
      'acme',
      'GET',
      `/repos/${world.repository.fullName}/issues?state=all`,
    );
    expect(JSON.stringify(issues).split('is not what was tested').length).toBeGreaterThan(1);

    world.verdict = {};
    const second = await world.merge(await world.pull('feature/13', { 'b.py': 'b = 1\n' }));
    expect(second.state).toBe('waiting');
    expect(second.decision?.reasons.map(({ code }) => code)).toContain('frozen');
    const target = { ...second.request, number: second.request.pull };
    expect(world.merges.effects.unfreeze(target, 'main', 'acme')).toHaveLength(1);
    expect(await world.settled(second)).toMatchObject({ state: 'merged', receipt: { verified: true } });
  });

  test('was landed by somebody else: no receipt, and said so', async () => {
    world.entitlement = { allowed: false, reason: 'nothing is paid' };
    const pull = await world.pull();
    const waiting = await world.merge(pull);
    await world.repository.pulls.merge(pull.number);
    const intent = await world.wake(waiting);
    expect(intent).toMatchObject({
      state: 'cancelled',
      receipt: null,
      mergedSha: await world.git('rev-parse', 'main'),
    });
    expect(await world.check(intent)).toMatchObject({
      conclusion: 'neutral',
      output: { title: 'Merged, but not by Codex' },
    });
    expect(world.calls()).toBe(0);
  });

  test('leaves its branch, unless the repository wants it deleted and nobody needs it', async () => {
    await world.repository.push('main', { '.github/codex.yml': 'merge:\n  delete_branch: true\n' });
    const pull = await world.pull();
    await world.repository.push('feature/14', { 'c.py': 'c = 1\n' });
    const stacked = await world.repository.openPull({ head: 'feature/14', base: pull.branch });
    expect(await world.merge(pull)).toMatchObject({ receipt: { branch: 'kept' } });
    await world.repository.closePull(stacked);

    const second = await world.pull('feature/15', { 'd.py': 'd = 1\n' });
    expect(await world.merge(second)).toMatchObject({ receipt: { branch: 'deleted' } });
    expect(await world.git('branch', '--list', 'feature/15')).toBe('');
  });

  test('leaves a head branch that governance protects', async () => {
    const config = 'merge:\n  delete_branch: true\ngovernance:\n  branches: ["release/{ticket}"]\n';
    await world.repository.push('main', { '.github/codex.yml': config });
    expect(await world.merge(await world.pull('release/1'))).toMatchObject({ receipt: { branch: 'kept' } });
    expect(await world.git('branch', '--list', 'release/1')).not.toBe('');
  });
});
