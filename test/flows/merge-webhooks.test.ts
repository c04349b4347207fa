/** Events only wake: lost, late, twice or out of order, they change when a merge is looked at, and never what it comes to. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { MergeRepository } from './merge-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

test('GitHub loses the event that it waited for → the timer lands it', async () => {
  const missed = await MergeRepository.create(world, 'missed');
  const pull = await missed.planned();
  await missed.repository.pulls.convertToDraft(pull.number);
  const comment = await pull.ask();
  await pull.shows('Blocked: The pull request is a draft');

  world.github.deliveries.mode = 'none';
  await missed.repository.pulls.markReady(pull.number);
  await world.later(MINUTE);
  await pull.lands(comment);
  world.github.deliveries.mode = 'send';
});

test('events come twice and in the wrong order → what stands on GitHub counts, and it lands once', async () => {
  const shuffled = await MergeRepository.create(world, 'shuffled');
  const pull = await shuffled.planned();
  const { pulls } = shuffled.repository;
  const { deliveries } = world.github;
  await pulls.convertToDraft(pull.number);
  const comment = await pull.ask();
  await pull.shows('Blocked: The pull request is a draft');

  deliveries.mode = 'none';
  await pulls.markReady(pull.number);
  deliveries.mode = 'send';
  const old = deliveries.all.filter(({ event }) => event === 'pull_request' || event === 'issue_comment');
  for (const { guid, event, payload } of old.reverse()) {
    await deliveries.redeliver(guid);
    deliveries.give(event, payload);
  }
  await pull.lands(comment);
  await world.github.settled();
  expect(await pull.merges()).toHaveLength(1);
  expect(shuffled.calls()).toBe(1);
});

test('the comment is edited → the merge is asked for once', async () => {
  const once = await MergeRepository.create(world, 'once');
  const pull = await once.planned({ branch: 'cart' });
  const comment = await pull.ask();
  await pull.shows('Blocked: The head branch');
  await once.repository.editComment(comment, 'dev', 'Please:\n\n/codex pr');
  const { comment: status } = await pull.command('/codex status');
  expect(status).toContain('into `main`, asked by `dev`: blocked, until');
  expect(await pull.merges()).toHaveLength(1);
});

test('a time without end has an end: what waits is told so, and expires', async () => {
  const unknown = await MergeRepository.create(world, 'unknown');
  const pull = await unknown.planned();
  unknown.repository.pulls.keepMergeabilityUnknown(pull.number, Number.POSITIVE_INFINITY);
  const comment = await pull.ask();
  await pull.shows('Waiting: GitHub is still finding out whether it can be merged');
  for (let asked = 1; asked < 4; asked += 1) {
    await world.later(MINUTE);
    await world.github.until('another look', () => looksAt(unknown) > asked);
  }
  await pull.shows('Waiting: GitHub does not say whether it can be merged, although asked');

  await world.later(24 * HOUR);
  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'confused']);
  expect(await pull.shows('Not merged: The request expired at')).toMatchObject({ conclusion: 'cancelled' });
  expect(unknown.calls()).toBe(0);
});

/** How often a decision was made about the pull requests of a repository: each reads the branch rules once. */
function looksAt({ repository }: MergeRepository): number {
  const rules = `/repos/${repository.fullName}/rules/branches/`;
  return world.github.requests.filter(({ url }) => url.startsWith(rules)).length;
}
