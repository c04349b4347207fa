/** The whole road of `/codex pr`, with plans that really run: from nothing to the receipt. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { MergeRepository } from './merge-world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

test('asked for once, it is planned, waits for an approval, and lands with a receipt', async () => {
  const shop = await MergeRepository.create(world, 'shop');
  await shop.repository.rules.onlyCodexMayMove('refs/heads/main');
  await shop.repository.rules.requireReviews('refs/heads/main', { approvals: 1 });
  const pull = await shop.open({ branch: 'feature/ABC-1-cart', body: 'A cart.\n\n<!-- template -->' });

  const comment = await pull.ask();
  const waiting = await pull.shows('Waiting: 1 approval of 1 is missing');
  expect(waiting).toMatchObject({ conclusion: null });
  await shop.repository.reviews.approve(pull.number, 'dev');

  const landed = await pull.lands(comment);
  expect(shop.repository.reactions(comment)).toEqual(['eyes', 'rocket']);
  const [verdict] = await pull.checks();
  expect(landed.message.split('\n')).toEqual([
    `Add a cart (#${pull.number})`,
    '',
    'A cart.',
    '',
    'Ticket: ABC-1',
    `Codex-Plan: ${verdict?.external_id}`,
    `Codex-Merge: ${waiting.external_id}`,
  ]);
  const [receipt] = await pull.merges();
  for (const fact of ['Asked by `dev` (write)', pull.head, landed.tree, 'Approved by `dev`']) {
    expect(receipt?.output.summary).toContain(fact);
  }
});

test('a repository without tests: the plan is neutral, and it lands; the receipt says that there were none', async () => {
  const empty = await MergeRepository.create(world, 'empty', { 'test_a.py': 'x = 1\n' });
  const pull = await empty.open();
  await pull.lands(await pull.ask());
  expect(await pull.checks()).toMatchObject([{ conclusion: 'neutral' }]);
  const [receipt] = await pull.merges();
  expect(receipt?.output.summary).toContain('`No tests were found`');
});

test('a dry run tells what is against it and the exact commit, and does nothing', async () => {
  const dry = await MergeRepository.create(world, 'dry');
  const pull = await dry.open({ branch: 'cart', body: 'A cart.' });
  const { reactions, comment } = await pull.command('/codex pr --dry-run', 'dev');
  expect(reactions).toEqual(['eyes', '+1']);
  expect(comment).toContain('The head branch `cart` is not named like');
  expect(comment).toContain('No `codex/plan` of all tests has tested');
  expect(comment).toContain(`Add a cart (#${pull.number})\n\nA cart.\n\nCodex-Plan: …`);
  expect([await pull.merges(), await pull.checks(), dry.calls()]).toEqual([[], [], 0]);
});

test('ten people ask at the same moment: nine are told that it was asked for, and it lands once', async () => {
  const ten = await MergeRepository.create(world, 'ten');
  const pull = await ten.planned();
  await ten.repository.pulls.convertToDraft(pull.number);
  const comments = await Promise.all(Array.from({ length: 10 }, () => pull.ask()));
  const told = () => comments.filter((comment) => ten.repository.reactions(comment).includes('+1'));
  await world.github.until('nine are told', () => told().length === 9);
  expect(await pull.comment()).toContain('This merge was asked for already, by you');

  await ten.repository.pulls.markReady(pull.number);
  const [first = 0] = comments.filter((comment) => !told().includes(comment));
  await pull.lands(first);
  expect(await ten.commits()).toHaveLength(2);
  expect(ten.calls()).toBe(1);
  expect(await pull.merges()).toHaveLength(1);
});

test('two race for one base: both land, the second planned again on what the first has made of it', async () => {
  const race = await MergeRepository.create(world, 'race');
  const [one, two] = [await race.planned(), await race.planned()];
  const [first, second] = await Promise.all([one.ask(), two.ask()]);
  const landed = await Promise.all([one.lands(first), two.lands(second)]);

  const commits = await race.commits();
  expect(commits).toHaveLength(3);
  expect(commits.slice(0, 2).map(({ sha }) => sha)).toEqual(
    expect.arrayContaining(landed.map(({ sha }) => sha)),
  );
  const plans = [...(await one.checks()), ...(await two.checks())];
  expect(plans.map(({ conclusion }) => conclusion)).toEqual(['success']);
});
