/** Alerts and the clock: silence is told, freezes end, storms are told once, and an App that is removed acts no more. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { World } from '../support/codex.ts';
import { createWithRules, issuesOf, outcomeOf, send, startAlertWorld } from './alerts-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: World;
/** Milliseconds that Codex's clock is ahead. */
let ahead = 0;
beforeAll(async () => {
  world = await startAlertWorld();
});
afterAll(() => world.close());

const now = () => new Date(Date.now() + ahead).toISOString();

async function later(ms: number): Promise<void> {
  ahead += ms;
  await world.later(ms);
}

test('a storm is told once, with how many it stands for', async () => {
  await createWithRules(world, 'storm', 'alerts: [{when: {alert: "*"}, then: [{issue: {}}]}]');
  const repository = 'acme/storm';
  const down = { path: /^\/repos\/acme\/storm/, times: Number.POSITIVE_INFINITY, answer: 'reset' } as const;
  world.github.fail(down);
  for (let order_id = 1; order_id <= 60; order_id++) {
    await send(world, repository, 'drawdown', { order_id: String(order_id), timenow: now() });
  }
  await world.github.met('a call while GitHub is down', down);
  world.github.recover();
  await later(MINUTE);
  const said = await world.github.until('an issue that tells of the storm', async () => {
    const [issue] = await issuesOf(world, repository);
    return issue?.body.includes('a storm, told once') && issue.body;
  });
  expect(said).toMatch(
    /It stands for \d+ more of the strategy's that came between .* and .*: a storm, told once\./,
  );
  expect(said).toContain('`order`: `60`');
  expect(await issuesOf(world, repository)).toHaveLength(1);
});

test('a strategy that falls silent is told by an issue, which is closed when it is heard again', async () => {
  await createWithRules(world, 'silent', 'strategies: {mean: {heartbeat_minutes: 60}}');
  const repository = 'acme/silent';
  await send(world, repository, 'heartbeat', { timenow: now() });
  await outcomeOf(world, { repository, kind: 'heartbeat', action: null, outcome: 'unmatched' });

  await later(2 * HOUR);
  const told = { repository, kind: 'no heartbeat', action: 'issue', outcome: 'done' };
  expect(await outcomeOf(world, told)).toMatch(/^Not heard since .*\. Issue 1 was opened\.$/);
  const [issue] = await issuesOf(world, repository);
  expect(issue).toMatchObject({ title: 'mean: no alert is heard', state: 'open' });

  await send(world, repository, 'heartbeat', { timenow: now() });
  await later(MINUTE);
  await world.log.find(/Heard again\. Issue 1 was closed/, { repository });
  expect((await issuesOf(world, repository))[0]?.state).toBe('closed');
});

test('a strategy whose alerts never come at all is missed from the push of its configuration on', async () => {
  await createWithRules(world, 'never', 'strategies: {mean: {heartbeat_minutes: 60}}');
  const repository = 'acme/never';
  await world.log.find('Job done', { kind: 'wake', repository });
  await later(10 * MINUTE);
  await world.log.find('Job done', { kind: 'watch', repository });
  await later(2 * HOUR);
  const told = { repository, kind: 'no heartbeat', action: 'issue', outcome: 'done' };
  expect(await outcomeOf(world, told)).toMatch(/Issue 1 was opened\.$/);
});

test('a freeze that nobody lifts ends by itself, and what waited lands', async () => {
  const bot = await createWithRules(world, 'expiry');
  const repository = 'acme/expiry';
  const pull = await bot.planned({ files: { 'strategies/mean/a.py': 'a = 1\n' } });
  await send(world, repository, 'position_open', { timenow: now() });
  await outcomeOf(world, { repository, kind: 'position_open', action: 'freeze', outcome: 'done' });
  const comment = await pull.ask();
  await pull.shows('frozen');
  await later(5 * HOUR);
  await pull.lands(comment);
});

test('an App that is uninstalled acts on no alert, and says so', async () => {
  await createWithRules(world, 'gone', 'alerts: [{when: {alert: "*"}, then: [{issue: {}}]}]');
  const repository = 'acme/gone';
  await send(world, repository, 'before', { timenow: now() });
  await outcomeOf(world, { repository, kind: 'before', action: 'issue', outcome: 'done' });
  await world.github.uninstall('acme');
  await send(world, repository, 'after', { timenow: now() });
  const refused = { repository, kind: 'after', action: null, outcome: 'refused' };
  expect(await outcomeOf(world, refused)).toContain('not installed');
});
