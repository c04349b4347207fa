/** GitHub's answers to a merge, and none: never two merges, never a new commit merged, never a merge untold. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import type { Fault } from '../support/local-github/faults.ts';
import { MergeRepository, type Pull } from './merge-world.ts';

const SECOND = 1_000;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** Has the next merge of this pull request meet a failure. */
function failing(pull: Pull, answer: Fault['answer']): Fault {
  const path = new RegExp(`^/repos/${pull.repository.fullName}/pulls/${pull.number}/merge$`);
  const fault: Fault = { method: 'PUT', path, answer };
  world.github.fail(fault);
  return fault;
}

test('the head moves between decision and merge (409) → cancelled with an explanation, the new commit never merged', async () => {
  const moved = await MergeRepository.create(world, 'head-moves');
  const pull = await moved.planned();
  moved.repository.pulls.pushDuringNextMerge(pull.branch, { 'evil.py': 'x = 2\n' });
  const comment = await pull.ask();

  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'confused']);
  const check = await pull.shows('Not merged: The head moved while GitHub was asked to merge');
  expect(check).toMatchObject({ conclusion: 'cancelled' });
  expect(check.output.summary).toContain('comment `/codex pr` again');
  expect(await moved.commits()).toHaveLength(1);
  expect(moved.calls()).toBe(1);
});

test('the base moves between decision and merge (405) → planned again, and landed on what it is then', async () => {
  const moved = await MergeRepository.create(world, 'base-moves');
  const pull = await moved.planned();
  moved.repository.pulls.pushDuringNextMerge('main', { 'test_b.py': 'def test_b():\n    pass\n' });
  const landed = await pull.lands(await pull.ask());

  const [, pushed] = await moved.commits();
  expect(landed.parents).toEqual([pushed?.sha]);
  expect(await pull.checks()).toMatchObject([{ conclusion: 'success', output: { title: '2 passed' } }]);
  expect(moved.calls()).toBe(2);
});

test('the call times out, landed or not → read before GitHub is asked again; who comes next sees the place in line', async () => {
  const late = await MergeRepository.create(world, 'timeouts');
  await late.repository.push('release/1', { 'release.txt': '1\n' });
  const landed = await late.planned();
  const lost = await late.planned({ base: 'release/1' });
  const next = await late.planned();
  const faults = [failing(landed, 'withheld'), failing(lost, 'hang')];
  const [first, second] = [await landed.ask(), await lost.ask()];
  for (const fault of faults) await world.github.met('the merge', fault);
  const third = await next.ask();
  const { output } = await next.shows('Waiting: ');
  expect(output.summary).toContain('`#1` goes first into `main`: position 2.');

  await world.later(20 * SECOND);
  await landed.lands(first);
  await lost.lands(second);
  await next.lands(third);
  expect(late.calls()).toBe(4);
});

test('the connection breaks after it has landed → found out, and not asked for again', async () => {
  const lost = await MergeRepository.create(world, 'lost');
  const pull = await lost.planned();
  const fault = failing(pull, 'lost');
  const comment = await pull.ask();
  await world.github.met('the merge', fault);
  await world.later(5 * SECOND);
  await pull.lands(comment);
  expect(lost.calls()).toBe(1);
});

test('GitHub fails before it has landed (502) → asked again once the call can no longer land', async () => {
  const failed = await MergeRepository.create(world, 'failed');
  const pull = await failed.planned();
  const fault = failing(pull, 502);
  const comment = await pull.ask();
  await world.github.met('the merge', fault);
  const before = world.github.requests.length;
  await world.later(5 * SECOND);
  await world.github.until('a look for it', () =>
    world.github.requests.slice(before).some(({ url }) => url.startsWith(`/repos/acme/failed/commits?`)),
  );
  await pull.shows('Merging: GitHub was asked and has not answered yet');
  await pull.commentWith('### 🔄 Merging into `main`');
  await world.stop();
  expect(failed.calls()).toBe(1);
  await world.later(15 * SECOND);
  await pull.lands(comment);
  expect(failed.calls()).toBe(2);
});

test('a call lands after it was given up and “not merged” was told → verified all the same, and told anew', async () => {
  const slow = await MergeRepository.create(world, 'slow');
  const pull = await slow.planned();
  const fault = failing(pull, 502);
  const comment = await pull.ask();
  await world.github.met('the merge', fault);
  await slow.repository.pulls.convertToDraft(pull.number);
  await world.later(15 * SECOND);
  await pull.shows('Blocked: The pull request is a draft');
  await pull.command('/codex cancel', 'dev');
  const told = await pull.shows('Not merged: ');
  expect(told.conclusion).toBe('cancelled');

  await slow.repository.pulls.markReady(pull.number);
  await world.github.as('acme', 'PUT', `/repos/acme/slow/pulls/${pull.number}/merge`, {
    ...{ merge_method: 'squash', commit_title: `Add a cart (#${pull.number})` },
    commit_message: `Codex-Merge: ${told.external_id}`,
  });
  expect((await pull.shows('Merged as ')).external_id).toBe(told.external_id);
  await world.github.until('it is told', () => slow.repository.reactions(comment).at(-1) === 'rocket');
  await pull.lands(comment);
});

test('GitHub opens a merged pull request again → it is not merged twice, and whoever asks is told', async () => {
  const reopened = await MergeRepository.create(world, 'reopened');
  const pull = await reopened.planned();
  const landed = await pull.lands(await pull.ask());
  await reopened.repository.pulls.reopenMerged(pull.number);

  const { reactions, comment } = await pull.command('/codex pr', 'dev');
  expect(reactions).toEqual(['eyes', '+1']);
  expect(comment).toContain(`was merged already, as \`${landed.sha.slice(0, 7)}\``);
  expect(await reopened.commits()).toHaveLength(2);
  expect(reopened.calls()).toBe(1);
});

test('somebody else merges it while it waits → told, and that nobody verified what landed', async () => {
  const other = await MergeRepository.create(world, 'elsewhere');
  const pull = await other.planned({ branch: 'cart' });
  const comment = await pull.ask();
  await pull.shows('Blocked: The head branch cart is not named like');
  const sha = await other.repository.pulls.merge(pull.number);

  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'confused']);
  const check = await pull.shows('Merged, but not by Codex');
  expect(check).toMatchObject({ conclusion: 'neutral' });
  expect(check.output.summary).toContain(sha);
  expect(await other.commits()).toHaveLength(2);
});
