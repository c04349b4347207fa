/** What a merge waits for, and that it goes on by itself once that is there. */
import { expect, test } from '@jest/globals';
import type { Intent } from '../../src/merge/intent.ts';
import { type MergeWorld, openForEachTest } from './world.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

let world: MergeWorld;
openForEachTest('waiting', (opened) => {
  world = opened;
});

const codes = ({ decision }: Intent) => decision?.reasons.map(({ code }) => code);
/** Nothing lands until the test says so. */
function holdUp(): () => void {
  const { entitlement } = world;
  world.entitlement = { allowed: false, reason: 'nothing is paid' };
  return () => {
    world.entitlement = entitlement;
  };
}

test('two pull requests for one base land one after the other, each tested on what it landed on', async () => {
  const [first, second] = [await world.pull(), await world.pull('feature/13', { 'b.py': 'b = 1\n' })];
  const [one, two] = [world.request(first).intent, world.request(second).intent];
  const [landedFirst, landedSecond] = [await world.settled(one), await world.settled(two)];
  expect([landedFirst.receipt?.verified, landedSecond.receipt?.verified]).toEqual([true, true]);
  expect(await world.log()).toHaveLength(3);
  expect(landedSecond.receipt?.plan.baseSha).toBe(landedFirst.mergedSha);
});

test('a plan that fails blocks, and the check run says so', async () => {
  world.verdict = { conclusion: 'failure', title: '1 of 3 tests fails because of this change' };
  const intent = await world.merge(await world.pull());
  expect(intent).toMatchObject({ state: 'waiting', plans: 1, calls: 0, decision: { action: 'block' } });
  const check = await world.check(intent);
  expect(check).toMatchObject({ name: 'codex/pr', status: 'in_progress' });
  expect(check?.output.title).toContain('1 of 3 tests fails');
});

test('a plan without tests blocks where it is not known that base has none either', async () => {
  world.verdict = { conclusion: 'neutral', title: 'No tests were found', base_collected: null };
  const intent = await world.merge(await world.pull());
  expect(intent).toMatchObject({ state: 'waiting', calls: 0, decision: { action: 'block' } });
  expect(codes(intent)).toEqual(['plan_failed']);
});

test('a push to the head cancels with an explanation, and nothing but the pull request is read for it', async () => {
  const goOn = holdUp();
  const pull = await world.pull();
  const waiting = await world.merge(pull);
  await world.repository.push(pull.branch, { 'cart.py': 'y = 2\n' });
  goOn();
  const before = world.github.requests.length;
  expect(await world.wake(waiting)).toMatchObject({
    state: 'cancelled',
    reason: expect.stringContaining('The head moved'),
    reportedAt: expect.any(Number),
  });
  expect(world.calls()).toBe(0);
  const read = world.github.requests.slice(before).filter(({ method }) => method === 'GET');
  expect(read.map(({ url }) => url.replace(/^.*\/repos\/acme\/[^/]*/, ''))).toEqual([
    `/pulls/${pull.number}`,
  ]);
});

test('requested changes keep it until the review is dismissed', async () => {
  const { reviews } = world.repository;
  const pull = await world.pull();
  const review = await reviews.requestChanges(pull.number, 'dev');
  const waiting = await world.merge(pull);
  expect(codes(waiting)).toContain('changes_requested');
  await reviews.dismiss(pull.number, review);
  expect(await world.wake(waiting)).toMatchObject({ state: 'merged' });
});

test('who asked loses the permission while it waits: cancelled', async () => {
  const goOn = holdUp();
  const waiting = await world.merge(await world.pull());
  expect(codes(waiting)).toContain('not_entitled');
  await world.repository.disallow('dev');
  goOn();
  expect(await world.wake(waiting)).toMatchObject({
    state: 'cancelled',
    reason: expect.stringContaining('may no longer write'),
  });
});

test('an entitlement that comes back lets it go on', async () => {
  const goOn = holdUp();
  const waiting = await world.merge(await world.pull());
  expect(waiting).toMatchObject({ state: 'waiting', plans: 0 });
  goOn();
  expect(await world.wake(waiting)).toMatchObject({ state: 'merged' });
});

test('mergeability that is not known yet is asked for again after 5 and 10 seconds', async () => {
  const pull = await world.pull();
  world.repository.pulls.keepMergeabilityUnknown(pull.number, 2);
  const waiting = await world.merge(pull);
  expect(waiting).toMatchObject({ state: 'waiting', asked: 1, plans: 0 });
  expect(codes(waiting)).toContain('mergeability_unknown');

  expect(await world.pass(waiting, 4 * SECOND)).toMatchObject({ asked: 1 });
  expect(await world.pass(waiting, 1 * SECOND)).toMatchObject({ asked: 2 });
  expect(await world.pass(waiting, 10 * SECOND)).toMatchObject({ state: 'merged' });
});

test('mergeability that is never known is asked for three times more, then with the timer', async () => {
  const pull = await world.pull();
  world.repository.pulls.keepMergeabilityUnknown(pull.number, Number.POSITIVE_INFINITY);
  const waiting = await world.merge(pull);
  for (const seconds of [5, 10, 15]) await world.pass(waiting, seconds * SECOND);
  expect(await world.pass(waiting, HOUR)).toMatchObject({ state: 'waiting', asked: 4 });
  expect(await world.later(waiting, 0)).toMatchObject({ asked: 5 });
});

test('a time without end has an end: what still waits expires', async () => {
  holdUp();
  const waiting = await world.merge(await world.pull());
  expect(await world.later(waiting, 23 * HOUR)).toMatchObject({ state: 'waiting' });
  expect(await world.later(waiting, 2 * HOUR)).toMatchObject({
    state: 'cancelled',
    reason: expect.stringContaining('expired'),
  });
});

test('withdrawn: the check run is cancelled, and the pull request may be asked for again', async () => {
  const goOn = holdUp();
  const pull = await world.pull();
  const waiting = await world.merge(pull);
  const target = { ...waiting.request, number: pull.number };
  expect(world.merges.effects.withdraw(target, 'withdrawn by `dev`')).toMatchObject({ state: 'cancelled' });
  expect(world.merges.effects.withdraw(target, 'again')).toBeNull();
  expect(await world.check(await world.settled(waiting))).toMatchObject({ conclusion: 'cancelled' });
  goOn();
  expect(await world.merge(pull)).toMatchObject({ state: 'merged' });
});

test('asked for a new head, what waits for the old one gives way', async () => {
  const goOn = holdUp();
  const pull = await world.pull();
  const old = await world.merge(pull);
  const head = await world.repository.push(pull.branch, { 'cart.py': 'y = 2\n' });
  goOn();
  const intent = await world.merge({ ...pull, head });
  expect(intent).toMatchObject({ state: 'merged', request: { headSha: head } });
  expect(await world.settled(old)).toMatchObject({
    state: 'cancelled',
    reason: expect.stringContaining('Superseded'),
  });
});

test('a freeze keeps what waits, and lifting it lets it go on', async () => {
  const pull = await world.pull();
  const target = {
    installation: world.github.installation('acme'),
    repositoryId: world.repositoryId,
    repository: world.repository.fullName,
    number: pull.number,
  };
  world.merges.effects.freeze({ pull: target, baseRef: null, reason: 'release week', by: 'acme' });
  const waiting = await world.merge(pull);
  expect(codes(waiting)).toContain('frozen');
  expect(world.merges.effects.standing(target, 'main')).toMatchObject([{ reason: 'release week' }]);
  world.merges.effects.unfreeze(target, null, 'acme');
  expect(await world.settled(waiting)).toMatchObject({ state: 'merged' });
});

test('a dry run tells every reason and the exact commit, and does nothing', async () => {
  holdUp();
  const pull = await world.pull();
  const { request } = await world.merge(pull);
  world.merges.effects.withdraw({ ...request, number: pull.number }, 'withdrawn');
  await world.worker.idle();
  const before = world.github.requests.length;
  const answer = await world.merges.effects.preview(request);
  expect(answer).toContain('nothing is paid');
  expect(answer).toContain(`Add a cart (#${pull.number})`);
  expect(answer).toContain('Ticket: 12');
  expect(
    world.github.requests
      .slice(before)
      .every(({ method, url }) => method === 'GET' || /graphql|access_tokens/.test(url)),
  ).toBe(true);
});

test('a merge that nothing is new about is looked at without a write to GitHub', async () => {
  holdUp();
  const waiting = await world.merge(await world.pull());
  const before = world.github.requests.length;
  await world.wake(waiting);
  const writes = world.github.requests.slice(before).filter(({ method }) => method !== 'GET');
  expect(writes).toEqual([]);
});

test('looks that fail in vain end nothing: the timer looks again', async () => {
  const goOn = holdUp();
  const waiting = await world.merge(await world.pull());
  goOn();
  world.github.fail({ path: /\/pulls\/\d+$/, answer: 403, times: 1_000 });
  expect(await world.wake(waiting)).toMatchObject({ state: 'waiting' });
  world.github.recover();
  expect(await world.wake(waiting)).toMatchObject({ state: 'merged' });
});

test('where the repository is gone and the time is over, it ends although nobody can be told', async () => {
  holdUp();
  const waiting = await world.merge(await world.pull());
  await world.repository.delete();
  expect(await world.later(waiting, 23 * HOUR)).toMatchObject({ state: 'waiting' });
  expect(await world.later(waiting, 2 * HOUR)).toMatchObject({
    state: 'cancelled',
    reason: expect.stringContaining('Given up'),
    reportedAt: expect.any(Number),
  });
});
