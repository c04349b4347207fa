/** What a merge waits for comes and goes: the person asks once, reads one check run, and it lands by itself. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { MergeRepository } from './merge-world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

test('a draft, a label, changes requested, a conversation: each is told while it is there, then it lands', async () => {
  const reasons = await MergeRepository.create(world, 'reasons');
  const { rules, reviews, pulls } = reasons.repository;
  await rules.requireReviews('refs/heads/main', { approvals: 1, resolveThreads: true });
  const pull = await reasons.planned();
  const { number } = pull;
  await pulls.convertToDraft(number);
  await pulls.label(number, 'Do-Not-Merge');
  await reviews.requestChanges(number, 'dev');
  const thread = reviews.startThread(number, 'cart_1.py');

  const comment = await pull.ask();
  const blocked = await pull.shows('Blocked: The pull request is a draft (and 3 more)');
  for (const reason of [
    '**author**: The pull request is a draft. Mark it as ready for review.',
    '**author**: The label `Do-Not-Merge` keeps it from being merged.',
    '**reviewer**: `dev` requested changes.',
    '**author**: 1 review conversation is not resolved. Resolve every conversation.',
    '**reviewer**: 1 approval of 1 is missing.',
  ]) {
    expect(blocked.output.summary).toContain(reason);
  }
  expect(await pull.commentWith('requested changes')).toContain('is a draft');

  await pulls.markReady(number);
  await pull.shows('Blocked: The label Do-Not-Merge keeps it from being merged (and 2 more)');
  await pulls.unlabel(number, 'Do-Not-Merge');
  await pull.shows('Blocked: dev requested changes (and 1 more)');
  await reviews.approve(number, 'dev');
  await pull.shows('Blocked: 1 review conversation is not resolved');
  await pulls.convertToDraft(number);
  await pull.shows('Blocked: The pull request is a draft (and 1 more)');
  await pulls.markReady(number);
  await reviews.resolveThread(number, thread);
  await pull.lands(comment);
  expect(await pull.merges()).toHaveLength(1);
});

test('a push to the head → cancelled with an explanation; what was pushed is not merged', async () => {
  const pushed = await MergeRepository.create(world, 'pushed');
  const pull = await pushed.planned();
  await pushed.repository.pulls.convertToDraft(pull.number);
  const [comment, old] = [await pull.ask(), pull.head];
  await pull.shows('Blocked: The pull request is a draft');
  const head = await pull.push({ 'evil.py': 'x = 2\n' });

  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'confused']);
  const check = await pull.shows('Not merged: The head moved from', old);
  expect(check.output.title).toContain(`to ${head.slice(0, 7)}`);
  expect(check).toMatchObject({ conclusion: 'cancelled' });
  expect(await pull.merges(head)).toEqual([]);
  expect(pushed.calls()).toBe(0);
});

test('the base is changed → cancelled, even where nothing else is missing any more', async () => {
  const edited = await MergeRepository.create(world, 'edited');
  await edited.repository.push('release/2', { 'release.txt': '2\n' });
  const pull = await edited.planned();
  await edited.repository.pulls.label(pull.number, 'do-not-merge');
  const comment = await pull.ask();
  await pull.shows('Blocked: The label do-not-merge keeps it from being merged');
  await edited.repository.pulls.edit(pull.number, { base: 'release/2' });
  await edited.repository.pulls.unlabel(pull.number, 'do-not-merge');

  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'confused']);
  await pull.shows('Not merged: The base was changed from main to release/2');
  expect(edited.calls()).toBe(0);
});

test('/codex cancel withdraws it', async () => {
  const withdrawn = await MergeRepository.create(world, 'withdrawn');
  const pull = await withdrawn.planned();
  await withdrawn.repository.pulls.convertToDraft(pull.number);
  const comment = await pull.ask();
  await pull.shows('Blocked');
  const cancelled = await pull.command('/codex cancel');

  expect(cancelled.comment).toContain(`The merge of \`${pull.head.slice(0, 7)}\` is withdrawn.`);
  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'confused']);
  expect(await pull.shows('Not merged: acme withdrew it with /codex cancel')).toMatchObject({
    conclusion: 'cancelled',
  });
  await withdrawn.repository.pulls.markReady(pull.number);
  await pull.lands(await pull.ask());
});

test('a freeze is told on each pull request that waits, and lifted they land by themselves', async () => {
  const frozen = await MergeRepository.create(world, 'frozen');
  const [one, two] = [await frozen.planned(), await frozen.planned()];
  const refused = await one.command('/codex freeze not mine to say', 'dev');
  expect(refused.comment).toContain('Freezing takes the role maintain or admin; yours is write.');
  await one.command('/codex freeze release 2.4 is being cut');

  const [first, second] = [await one.ask(), await two.ask()];
  for (const pull of [one, two]) {
    await pull.shows('Waiting: Merges into main are frozen by acme: release 2.4 is being cut');
  }
  expect(frozen.calls()).toBe(0);
  await two.command('/codex unfreeze');
  await one.lands(first);
  await two.lands(second);
});

test('the branch is deleted after the merge where the repository wants it, but not one that others build on', async () => {
  const tidy = await MergeRepository.create(world, 'tidy', {
    '.github/codex.yml': 'merge:\n  delete_branch: true\n',
  });
  const [gone, used] = [await tidy.planned(), await tidy.planned()];
  await tidy.open({ base: used.branch });
  await gone.lands(await gone.ask());
  await used.lands(await used.ask());

  expect((await tidy.git('branch', '--format=%(refname:short)')).split('\n').sort()).toEqual(
    ['feature/3', 'main', used.branch].sort(),
  );
  expect((await gone.shows('Merged')).output.summary).toContain('Head branch: deleted');
  expect((await used.shows('Merged')).output.summary).toContain('Head branch: kept');
});
