/** What TradingView's alerts cause, from the request to GitHub. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { World } from '../support/codex.ts';
import { createWithRules, issuesOf, outcomeOf, send, startAlertWorld } from './alerts-world.ts';

let world: World;
beforeAll(async () => {
  world = await startAlertWorld();
});
afterAll(() => world.close());

test('a position opens: merges of the strategy wait and say why; flat: they land; a drawdown names them', async () => {
  const bot = await createWithRules(world, 'story');
  const repository = 'acme/story';
  const files = { 'strategies/mean/fast.py': 'speed = 2\n' };
  const pull = await bot.planned({ title: 'Faster exits', files });

  await send(world, repository, 'position_open', { symbol: 'BTCUSDT' });
  expect(
    await outcomeOf(world, { repository, kind: 'position_open', action: 'freeze', outcome: 'done' }),
  ).toMatch(/^Merges that change the strategy's files are frozen until /);
  const comment = await pull.ask();
  const waiting = await pull.shows('frozen');
  expect(waiting.output.summary).toContain('`mean` sent `position_open`');
  expect(waiting.output.summary).toContain('`strategies/mean/**`');

  await send(world, repository, 'flat');
  await pull.lands(comment);

  await send(world, repository, 'drawdown', { drawdown: '12.5', commit: 'c0ffee0'.repeat(5) });
  await outcomeOf(world, { repository, kind: 'drawdown', action: 'issue', outcome: 'done' });
  const [issue] = await issuesOf(world, repository);
  expect(issue).toMatchObject({ title: 'mean: drawdown', state: 'open', labels: [{ name: 'strategy' }] });
  expect(issue?.body).toContain(`[\`#${pull.number}\`]`);
  expect(issue?.body).toContain('`Faster exits`');
  expect(issue?.body).toContain('what landed is what was tested');
});
