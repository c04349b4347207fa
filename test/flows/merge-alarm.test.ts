/** GitHub lands something else than what was tested: everybody hears of it, and nothing more lands until it was looked at. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { MergeRepository } from './merge-world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

async function issuesOf({ repository }: MergeRepository): Promise<{ title: string; body: string }[]> {
  const listed = await world.github.as('acme', 'GET', `/repos/${repository.fullName}/issues?state=all`);
  return Array.isArray(listed) ? listed.map(Object).filter((issue) => issue.pull_request === undefined) : [];
}

test('it lands on another commit, as another tree → told, an issue once, the base frozen, nothing reverted', async () => {
  const alarm = await MergeRepository.create(world, 'alarm');
  await alarm.repository.push('release/1', { 'release.txt': '1\n' });
  const [pull, next, elsewhere] = [
    await alarm.planned(),
    await alarm.planned(),
    await alarm.planned({ base: 'release/1' }),
  ];
  alarm.repository.pulls.landNextOnWhatIsPushed('main', { 'strange.py': 'y = 2\n' });
  world.github.fail({ method: 'POST', path: /\/issues$/, answer: 'lost' });
  const comment = await pull.ask();

  expect(await pull.reactionsTo(comment)).toEqual(['eyes', '-1']);
  const [landed, pushed, tested, ...before] = await alarm.commits();
  expect(before).toEqual([]);
  const check = await pull.shows(
    `Merged as ${landed?.sha.slice(0, 7)}, but what landed is NOT what was tested`,
  );
  expect(check).toMatchObject({ conclusion: 'failure' });
  expect(check.output.summary).toContain(`The tree that landed is \`${landed?.tree}\`; the plan tested`);
  expect(check.output.summary).toContain(
    `It landed on \`${pushed?.sha}\`; the plan tested it on \`${tested?.sha}\`.`,
  );
  expect(await pull.commentWith('could not be verified')).toContain(landed?.tree);
  const issues = await issuesOf(alarm);
  expect(issues.map(({ title }) => title)).toEqual([
    `Codex: what landed with #${pull.number} is not what was tested`,
  ]);
  expect(issues[0]?.body).toContain('/codex unfreeze');

  const asked = await next.ask();
  const { output } = await next.shows('Waiting: codex/plan tested it on main at');
  expect(output.summary).toContain('Merges into `main` are frozen by Codex: what landed of `#1` as');
  await elsewhere.lands(await elsewhere.ask());
  await next.command('/codex unfreeze');
  await next.lands(asked);
});
