/** Other CI: what the base requires must have reported on this head, by the App that is asked for, and nobody else. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { ACTIONS } from '../support/local-github/check-actions.ts';
import { MergeRepository } from './merge-world.ts';

const IMPOSTOR = { id: 4711, slug: 'impostor', name: 'Impostor' };

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

test('a required check that never reports is waited for and named, until it does', async () => {
  const absent = await MergeRepository.create(world, 'absent');
  const { ci, rules } = absent.repository;
  await rules.requireChecks('refs/heads/main', ['build']);
  const pull = await absent.planned();
  const comment = await pull.ask();
  await pull.shows(`Waiting: The required check build has not reported on ${pull.head.slice(0, 7)}`);
  await ci.run(pull.head, 'Build', 'success');
  const running = await ci.run(pull.head, 'build', null);
  await pull.shows('Waiting: The required check build has not finished');
  await ci.complete(pull.head, running, 'failure');
  await pull.shows('Blocked: The required check build failed (failure)');
  await ci.run(pull.head, 'build', 'skipped');
  await pull.lands(comment);
});

test('Codex’s own check that changes its mind is seen at once, though GitHub sends no event of that', async () => {
  const own = await MergeRepository.create(world, 'own');
  await own.repository.rules.requireChecks('refs/heads/main', ['codex/governance']);
  const pull = await own.planned({ title: 'Add a \u202ecart' });
  const comment = await pull.ask();
  await pull.shows('Blocked: The title');
  await own.repository.pulls.edit(pull.number, { title: 'Add a cart' });
  await pull.lands(comment);
});

test('a check of another App than the base asks for counts for nothing', async () => {
  const bound = await MergeRepository.create(world, 'bound');
  const { ci, rules } = bound.repository;
  await rules.requireChecks('refs/heads/main', [{ context: 'build', integration_id: ACTIONS.id }]);
  const pull = await bound.planned();
  await ci.run(pull.head, 'build', 'success', IMPOSTOR);
  await ci.status(pull.head, { context: 'build', state: 'success' });
  const comment = await pull.ask();
  await pull.shows(`Waiting: A check build is there, but the base asks for the one of App ${ACTIONS.id}`);
  expect(bound.calls()).toBe(0);
  await ci.run(pull.head, 'build', 'success');
  await pull.lands(comment);
});

test('a commit status that the classic protection asks for wakes it', async () => {
  const classic = await MergeRepository.create(world, 'classic');
  await classic.repository.rules.protect('main', {
    required_status_checks: { strict: false, contexts: ['ci/legacy'] },
    required_pull_request_reviews: null,
    enforce_admins: true,
    restrictions: null,
  });
  const pull = await classic.planned();
  await classic.repository.ci.status(pull.head, { context: 'ci/legacy', state: 'pending' });
  const comment = await pull.ask();
  await pull.shows('Waiting: The required check ci/legacy has not finished');
  await classic.repository.ci.status(pull.head, { context: 'ci/legacy', state: 'success' });
  await pull.lands(comment);
});

test('more than 100 checks, reviews and files: the last ones count as the first', async () => {
  const many = await MergeRepository.create(world, 'many');
  const { ci, reviews, rules } = many.repository;
  await rules.requireChecks('refs/heads/main', ['check 0', 'check 104']);
  await rules.requireReviews('refs/heads/main', { approvals: 1 });
  const files = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`src/${index}.py`, 'x = 1\n']));
  const pull = await many.planned({ files });
  for (let index = 0; index < 105; index += 1) await ci.run(pull.head, `check ${index}`, 'success');
  for (let index = 0; index < 101; index += 1) await reviews.comment(pull.number, 'dev');
  await reviews.requestChanges(pull.number, 'dev');

  const comment = await pull.ask();
  const { output } = await pull.shows('Blocked: dev requested changes');
  expect(output.summary).not.toContain('`check ');
  await reviews.approve(pull.number, 'dev');
  await pull.lands(comment);
});
