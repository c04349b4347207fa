/** Who may, as people meet it: what they are told on the pull request, and what changes once it is paid for. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { latestOf, type Selling, startSelling } from '../support/selling.ts';
import { MergeRepository } from './merge-world.ts';

const DAY = 24 * 60 * 60_000;
const LINK = /\[Subscribe for `acme`\]\(http:\/\/codex\.example\/billing\/checkout\?token=[\w.-]+\)/;

let selling: Selling;
let repository: MergeRepository;
beforeAll(async () => {
  selling = await startSelling();
  repository = await MergeRepository.create(selling.world, 'shop');
});
afterAll(() => selling.close());

test('without a subscription nothing is begun: a person gets words and a link, the operator every reason', async () => {
  const pull = await repository.planned();
  for (const [command, capability] of [
    ['/codex plan', 'codex.plan'],
    ['/codex pr', 'codex.pr'],
  ] as const) {
    const { reactions, comment } = await pull.command(command, 'dev');
    expect(reactions).toEqual(['eyes', '-1']);
    expect(comment).toContain(
      `This needs \`${capability}\`, which you do not have here. Denied by a rule of its flag ("off"); the account has no subscription.`,
    );
    expect(comment).toMatch(LINK);
  }
  expect(await repository.repository.checkRuns(pull.head)).toMatchObject([{ name: 'codex/governance' }]);
  expect((await pull.command('/codex status', 'dev')).comment).toMatch(LINK);

  const asked = ['--user', 'dev', '--repo', 'acme/shop', '--capability', 'codex.pr'];
  const why = await selling.codexctl('why', ...asked);
  expect(why).toContain('codex.pr for dev in acme/shop: denied\n');
  expect(why).toContain('subscription  none, set by no event\n');
  expect(why).toContain('replayed      the same, by the flags of then');
});

test('/codex status says who may what, and what to do about the rest', async () => {
  const pull = await repository.open();
  await selling.subscribe('team');
  const { comment } = await pull.command('/codex status', 'dev');
  expect(comment).toContain(
    '✅ `codex.plan`: `Allowed by a rule of its flag ("on"); the subscription is active.`',
  );
  expect(comment).toContain(
    '🚫 `codex.pr`: `Denied by a rule of its flag ("off"); the subscription is active.` Ask whoever operates this Codex.',
  );
});

test('a subscription to plans lets /codex plan run, and no merge', async () => {
  await selling.subscribe('team');
  const pull = await repository.open();
  const plan = await pull.command('/codex plan', 'dev');
  expect(plan).toMatchObject({ reactions: ['eyes', 'rocket'], check: { conclusion: 'success' } });
  expect(plan.comment).toMatch(/\d\.\d of 600 sandbox minutes used this month/);
  expect((await pull.command('/codex pr', 'dev')).reactions).toEqual(['eyes', '-1']);
});

test('what stopped being paid while a merge waits blocks it; paid again, it lands by itself', async () => {
  await selling.subscribe('pro');
  const pull = await repository.planned();
  await repository.repository.pulls.convertToDraft(pull.number);
  const comment = await pull.ask();
  await pull.shows('Blocked: The pull request is a draft');

  await selling.setStatus('unpaid');
  await pull.shows(
    'Blocked: Merges are not allowed: Denied by a rule of its flag ("off"); the subscription is not paid (and 1 more)',
  );
  await repository.repository.pulls.markReady(pull.number);
  const blocked = await pull.shows('Blocked: Merges are not allowed');
  expect(blocked.output.summary).toContain('the subscription is not paid');
  expect(repository.calls()).toBe(0);

  await selling.setStatus('active');
  await pull.lands(comment);
});

test('a push by somebody who has no codex.plan is not planned by itself, which the log says; then it is', async () => {
  const automatic = await MergeRepository.create(selling.world, 'automatic', {
    '.github/codex.yml': 'plan:\n  auto: true\n',
  });
  await selling.subscribe('pro');
  await selling.setStatus('unpaid');
  const pull = await automatic.open();
  await selling.world.log.find('a new head is not planned by itself', { repository: 'acme/automatic' });
  expect(await pull.checks()).toEqual([]);
  expect(await pull.comment()).toBe('');

  await selling.setStatus('active');
  await pull.push({ 'cart.py': 'x = 2\n' });
  expect(await pull.verdict()).toMatchObject({ conclusion: 'success' });
});

test('while Stripe does not answer, nobody waits for it: what it said last decides until it does', async () => {
  const { world, served, deliver } = selling;
  await selling.subscribe('pro');
  const pull = await repository.open();
  served.loseAnswers(true);
  const [subscription] = [...served.stripe.subscriptions.keys()].slice(-1);
  served.stripe.setStatus(subscription ?? '', 'canceled');
  const event = latestOf(served.stripe);
  expect(await deliver(event)).toBe(202);
  expect((await pull.command('/codex status', 'dev')).comment).toContain('✅ `codex.pr`');

  served.loseAnswers(false);
  await world.log.find('a customer was looked up in Stripe', { event: event.id });
  expect((await pull.command('/codex status', 'dev')).comment).toContain('🚫 `codex.pr`');
});

test('a late payment counts until the grace ends; then the way to pay is told, and no second subscription', async () => {
  await selling.subscribe('pro');
  await selling.setStatus('past_due');
  const pull = await repository.open();
  const within = await pull.command('/codex status', 'dev');
  expect(within.comment).toContain('✅ `codex.pr`');
  expect(within.comment).toContain('a payment is overdue, within the time of grace');

  await selling.world.later(8 * DAY);
  const { reactions, comment } = await pull.command('/codex pr', 'dev');
  expect(reactions).toEqual(['eyes', '-1']);
  expect(comment).toContain('the subscription is not paid');
  expect(comment).toContain("settles that in Stripe's portal");
  expect(comment).toContain('`codexctl billing link acme`');
  expect(comment).not.toContain('/billing/checkout');
});
