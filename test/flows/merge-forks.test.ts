/** Heads of forks: their checks wake the merge, their authors ask for none, and they may be gone. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { MergeRepository, type Pull } from './merge-world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

async function fromFork(base: MergeRepository): Promise<{ fork: LocalRepository; pull: Pull }> {
  const fork = await base.repository.fork('mallory');
  const pull = await base.open({ branch: 'feature/7', fork });
  await pull.plan();
  return { fork, pull };
}

test('the check suite of a fork’s head, which names no pull request, wakes the merge; the fork keeps its branch', async () => {
  const open = await MergeRepository.create(world, 'open-source', {
    '.github/codex.yml': 'merge:\n  delete_branch: true\n',
  });
  await open.repository.rules.requireChecks('refs/heads/main', ['build']);
  const { pull } = await fromFork(open);
  const comment = await pull.ask();
  await pull.shows('Waiting: The required check build has not reported');
  const { deliveries } = world.github;
  deliveries.mode = 'hold';
  await open.repository.ci.run(pull.head, 'build', 'success');
  const suites = deliveries.all.filter(({ event, status }) => event === 'check_suite' && status === 0);
  expect(suites.map(({ payload }) => Object(payload.check_suite).pull_requests)).toEqual([[]]);
  for (const { guid } of suites) await deliveries.redeliver(guid);

  const landed = await pull.lands(comment);
  expect(landed.message).toContain(`Add a cart (#${pull.number})`);
  expect((await pull.shows('Merged')).output.summary).toContain('Head branch: kept');
});

test('the author of a fork merges nothing', async () => {
  const open = await MergeRepository.create(world, 'open-source');
  const { pull } = await fromFork(open);
  const { reactions, comment } = await pull.command('/codex pr', 'mallory');
  expect({ reactions, comment }).toEqual({ reactions: ['-1'], comment: '' });
  expect(await pull.merges()).toEqual([]);
});

test('the fork is deleted while it waits → the commit that was asked for lands; asked for afterwards, it is refused', async () => {
  const open = await MergeRepository.create(world, 'open-source');
  const { fork, pull } = await fromFork(open);
  await open.repository.pulls.label(pull.number, 'do-not-merge');
  const comment = await pull.ask();
  await pull.shows('Blocked: The label do-not-merge');
  await fork.delete();
  const late = await pull.command('/codex pr');
  expect(late.reactions).toEqual(['eyes', '-1']);
  expect(late.comment).toContain('the fork, or its time of push, is gone');
  await open.repository.pulls.unlabel(pull.number, 'do-not-merge');
  await pull.lands(comment);
});
