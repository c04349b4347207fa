/** Freezes as a required check: whatever freezes, open pull requests show it, and what waited lands by itself. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { World } from '../support/codex.ts';
import { createWithRules, send, startAlertWorld } from './alerts-world.ts';
import type { MergeRepository, Pull } from './merge-world.ts';

const HOUR = 3_600_000;
const FILES = { 'strategies/mean/a.py': 'a = 1\n' };

let world: World;
beforeAll(async () => {
  world = await startAlertWorld();
});
afterAll(() => world.close());

async function create(name: string): Promise<MergeRepository> {
  const created = await createWithRules(world, name);
  await created.repository.rules.requireChecks('refs/heads/main', ['codex/governance']);
  return created;
}

/** The one check run codex/governance of a pull request, once it has this conclusion. */
function governed({ repository, head }: Pull, conclusion: string) {
  return world.github.until(`codex/governance ${conclusion} on ${head.slice(0, 7)}`, async () => {
    const [check, ...more] = (await repository.checkRuns(head)).filter(
      ({ name }) => name === 'codex/governance',
    );
    if (more.length > 0) throw new Error('The head has several check runs.');
    return check?.conclusion === conclusion && check;
  });
}

test('a command freezes all of a base, and lifting it lets what waits land', async () => {
  const bot = await create('by-command');
  const pull = await bot.planned();
  await governed(pull, 'success');
  await pull.say('/codex freeze release week', 'acme');
  expect((await governed(pull, 'action_required')).output.summary).toContain('release week');
  const comment = await pull.ask();
  await pull.shows('frozen');
  await pull.say('/codex unfreeze', 'acme');
  await pull.lands(comment);
  await governed(pull, 'success');
});

test('what landed and is not what was tested freezes the pull requests that are open', async () => {
  const bot = await create('by-mismatch');
  const pull = await bot.planned({ verdict: { tree: 'e'.repeat(40) } });
  const other = await bot.open();
  for (const each of [pull, other]) await governed(each, 'success');
  await pull.ask();
  expect((await governed(other, 'action_required')).output.summary).toContain('is not what was tested');
});

test('GitHub is down when merges are frozen: it is shown once GitHub is there', async () => {
  const bot = await create('outage');
  const pull = await bot.planned({ files: FILES });
  await governed(pull, 'success');
  const down = { method: 'GET', path: /^\/repos\/acme\/outage\/pulls$/, times: 1, answer: 'reset' } as const;
  world.github.fail(down);
  await send(world, 'acme/outage', 'position_open');
  await world.github.met('a list of pull requests that gets no answer', down);
  await governed(pull, 'action_required');
});

test('an alert: pull requests that change the strategy fail the check, others do not; the freeze expires', async () => {
  const bot = await create('by-alert');
  const pull = await bot.planned({ files: FILES });
  const other = await bot.planned({ files: { 'docs.md': 'docs\n' } });
  for (const each of [pull, other]) await governed(each, 'success');
  await send(world, 'acme/by-alert', 'position_open');
  const frozen = await governed(pull, 'action_required');
  expect(frozen.output.title).toBe('Merges are frozen');
  expect(frozen.output.summary).toContain('`mean` sent `position_open`');
  const late = await bot.planned({ files: { 'strategies/mean/late.py': 'late = 1\n' } });
  await governed(late, 'action_required');
  await other.lands(await other.ask());

  await pull.plan();
  const comment = await pull.ask();
  const waiting = await pull.shows('frozen');
  expect(waiting.output.summary).not.toContain('codex/governance');
  await world.later(5 * HOUR);
  await pull.lands(comment);
  expect((await governed(pull, 'success')).output.title).toBe('As the rules ask');
  await governed(late, 'success');
});
