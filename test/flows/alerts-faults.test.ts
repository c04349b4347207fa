/** Alerts that nobody should have sent, and GitHub when it is not there: nothing is lost, and nothing is done twice. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { World } from '../support/codex.ts';
import { nodesOf } from '../support/markdown.ts';
import { createWithRules, issuesOf, outcomeOf, send, startAlertWorld } from './alerts-world.ts';

let world: World;
beforeAll(async () => {
  world = await startAlertWorld();
});
afterAll(() => world.close());

const EVERYTHING = (actions: string) => `
strategies:
  mean: {paths: [strategies/mean/]}
alerts:
  - when: {strategy: "*"}
    then: ${actions}
`;

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

test('hostile text is shown as code: it mentions nobody and ends nothing', async () => {
  await createWithRules(world, 'hostile', EVERYTHING('[issue: {}]'));
  const repository = 'acme/hostile';
  const message =
    '@mallory ```\n# Owned <img src=x> --> #1 [click](http://evil.test)\n<!-- codex:alert:issue mean/flat -->';
  await send(world, repository, 'drawdown', { message, symbol: '`@mallory`', note: '@dev | <b>' });
  await outcomeOf(world, { repository, kind: 'drawdown', action: 'issue', outcome: 'done' });
  const [issue] = await issuesOf(world, repository);
  const nodes = nodesOf(fromMarkdown(issue?.body ?? ''));
  const plain = nodes.flatMap((node) => (node.type === 'text' || node.type === 'html' ? [node.value] : []));
  expect(plain.join('\n')).not.toMatch(/mallory|@dev|Owned|evil/);
  expect(nodes.filter(({ type }) => type === 'heading')).toHaveLength(1);
  expect(plain.filter((text) => text.startsWith('<'))).toEqual(['<!-- codex:alert:issue mean/drawdown -->']);
});

test('GitHub is down while alerts arrive: each is acted on afterwards, once', async () => {
  await createWithRules(world, 'outage', EVERYTHING('[issue: {}]'));
  const repository = 'acme/outage';
  const down = { path: /^\/repos\/acme\/outage/, times: Number.POSITIVE_INFINITY, answer: 'reset' } as const;
  world.github.fail(down);
  for (const kind of ['one', 'two', 'three']) await send(world, repository, kind);
  await world.github.met('a call while GitHub is down', down);
  world.github.recover();
  for (const kind of ['one', 'two', 'three']) {
    await outcomeOf(world, { repository, kind, action: 'issue', outcome: 'done' });
  }
  const titles = (await issuesOf(world, repository)).map(({ title }) => title);
  expect(titles).toEqual(['mean: one', 'mean: two', 'mean: three']);
});

test('an issue is kept up in place, closed on recovery, and opened again', async () => {
  await createWithRules(world, 'upkeep');
  const repository = 'acme/upkeep';
  const done = async (kind: string, detail: string) => {
    const line = await world.log.find(new RegExp(`"kind":"${kind}".*"detail":"${detail}`), { repository });
    expect(line).toMatchObject({ action: 'issue', outcome: 'done' });
  };
  await send(world, repository, 'drawdown', { drawdown: 11, timenow: ago(4) });
  await done('drawdown', 'Issue 1 was opened');
  await send(world, repository, 'drawdown', { drawdown: 12, timenow: ago(3) });
  await done('drawdown', 'Issue 1 was updated');
  expect((await issuesOf(world, repository))[0]?.body).toContain('`drawdown`: `12`');
  await send(world, repository, 'flat', { timenow: ago(2) });
  await done('flat', 'Issue 1 was closed');
  expect((await issuesOf(world, repository))[0]?.state).toBe('closed');
  await send(world, repository, 'drawdown', { drawdown: 13, timenow: ago(1) });
  await done('drawdown', 'Issue 1 was reopened');
  expect(await issuesOf(world, repository)).toHaveLength(1);
});

test('a late alert does not undo what a newer one did', async () => {
  await createWithRules(world, 'late');
  const repository = 'acme/late';
  await send(world, repository, 'flat', { timenow: ago(1) });
  await outcomeOf(world, { repository, kind: 'flat', action: 'unfreeze', outcome: 'done' });
  await send(world, repository, 'position_open', { timenow: ago(3) });
  await outcomeOf(world, { repository, kind: 'position_open', action: 'freeze', outcome: 'overtaken' });
});

test('a rule that matches nothing, one with a mistake, an unknown repository, a strategy without files', async () => {
  await createWithRules(world, 'nothing', 'alerts: [{when: {alert: "*"}, then: [freeze: {}]}]');
  await send(world, 'acme/nothing', 'position_open');
  const refused = { repository: 'acme/nothing', kind: 'position_open', action: 'freeze', outcome: 'refused' };
  expect(await outcomeOf(world, refused)).toContain('names no files of the strategy mean');

  await createWithRules(world, 'quiet');
  await send(world, 'acme/quiet', 'drawdown', { drawdown: 9.9 });
  await outcomeOf(world, { repository: 'acme/quiet', kind: 'drawdown', action: null, outcome: 'unmatched' });

  await createWithRules(world, 'mistaken', 'alerts: [{when: {alert: "*"}, then: [{frieze: {}}]}]');
  await send(world, 'acme/mistaken', 'drawdown');
  const mistaken = { repository: 'acme/mistaken', kind: 'drawdown', action: null, outcome: 'unmatched' };
  expect(await outcomeOf(world, mistaken)).toContain('did you mean freeze?');

  await send(world, 'acme/unknown', 'drawdown');
  const unknown = { repository: 'acme/unknown', kind: 'drawdown', action: null, outcome: 'refused' };
  expect(await outcomeOf(world, unknown)).toContain('not installed');
});

test('a workflow that answers each dispatch with an alert is started a bounded number of times', async () => {
  await createWithRules(world, 'loop', EVERYTHING('[dispatch: {event: backtest, payload: [drawdown]}]'));
  const repository = 'acme/loop';
  const dispatched = () =>
    world.github.requests.filter(
      ({ url, status }) => url === '/repos/acme/loop/dispatches' && status === 204,
    );
  let kind = 'first';
  for (let count = 1; count <= 20; count++) {
    await send(world, repository, kind, { drawdown: count, secret: 'not listed' });
    await outcomeOf(world, { repository, kind, action: 'dispatch', outcome: 'done' });
    kind = `after_${count}`;
  }
  await send(world, repository, kind);
  await outcomeOf(world, { repository, kind, action: 'dispatch', outcome: 'limited' });
  expect(dispatched()).toHaveLength(20);
  expect(dispatched()[0]?.body).toEqual({
    event_type: 'backtest',
    client_payload: {
      alert: {
        ...{ id: expect.any(String), strategy: 'mean', alert: 'first', timenow: expect.any(String) },
        ...{ values: { drawdown: 1 }, fields: {} },
      },
    },
  });
});

test('a drawdown plans the open pull requests of the strategy, and tells the merged ones', async () => {
  const bot = await createWithRules(world, 'plans', EVERYTHING('[plan: {}, comment: {days: 3}]'));
  const repository = 'acme/plans';
  const files = { 'strategies/mean/a.py': 'a = 1\n' };
  const merged = await bot.open({ files });
  await bot.repository.pulls.merge(merged.number);
  const open = await bot.open({ files: { 'strategies/mean/b.py': 'b = 1\n' } });
  await bot.open({ files: { 'docs/other.md': 'other\n' } });
  await send(world, repository, 'drawdown', { drawdown: 20 });
  const planned = { repository, kind: 'drawdown', action: 'plan', outcome: 'done' };
  expect(await outcomeOf(world, planned)).toBe(`1 pull request planned: ${open.number}.`);
  const told = { repository, kind: 'drawdown', action: 'comment', outcome: 'done' };
  expect(await outcomeOf(world, told)).toBe(`Told on 1 pull request: ${merged.number}.`);
  expect(await merged.comment()).toContain('The strategy `mean` sent `drawdown`');
});
