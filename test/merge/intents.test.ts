/** The table `merges`: one active intent per pull request, one merge per base, no step twice. */
import { expect, test } from '@jest/globals';
import { Intents, LANDING, receiptOf } from './setup.ts';

test('ten requests for one pull request are one intent; another pull request has its own', () => {
  const intents = new Intents();
  const ids = Array.from({ length: 10 }, () => intents.create().id);
  expect(new Set(ids)).toEqual(new Set(['1']));
  expect(intents.create({ pull: 4 }).id).toBe('11');
  expect(intents.store.active()).toHaveLength(2);
});

test('after an intent has ended, the pull request may have another', () => {
  const intents = new Intents();
  const first = intents.create();
  expect(intents.store.cancel(first.id, 'the head moved', 5)).toBe(true);
  const second = intents.create();
  expect(second.id).not.toBe(first.id);
  expect(intents.store.latest(7, 3)?.id).toBe(second.id);
  expect(intents.now(first)).toMatchObject({ state: 'cancelled', reason: 'the head moved', finishedAt: 5 });
});

test('what was asked for is kept as it was written', () => {
  const intents = new Intents();
  const created = intents.create({ headRef: 'feature/‮12`$(x)`', requestedBy: 'dev' });
  expect(intents.now(created)).toEqual(created);
  expect(created).toMatchObject({ state: 'waiting', inLine: false, evaluations: 0, decision: null });
});

test('active intents are found by pull request, head and base, of one repository or of all', () => {
  const intents = new Intents();
  const other = 'f'.repeat(40);
  intents.create({ pull: 1 });
  intents.create({ pull: 2, headSha: other });
  intents.create({ pull: 3, baseRef: 'release/1' });
  intents.create({ pull: 1, repositoryId: 8 });
  const found = (of: Parameters<typeof intents.store.active>[0]) =>
    intents.store.active(of).map(({ id }) => id);

  expect(found({})).toEqual(['1', '2', '3', '4']);
  expect(found({ repositoryId: 7 })).toEqual(['1', '2', '3']);
  expect(found({ repositoryId: 7, pull: 1 })).toEqual(['1']);
  expect(found({ repositoryId: 7, headSha: other })).toEqual(['2']);
  expect(found({ repositoryId: 7, baseRef: 'release/1' })).toEqual(['3']);
});

test('the line of a base: who merges, then by priority, then by age; who is not ready is not in it', () => {
  const intents = new Intents();
  const [old, labelled, merging, unready, elsewhere] = [1, 2, 3, 4, 5].map((pull) =>
    intents.create({ pull, baseRef: pull === 5 ? 'release/1' : 'main' }),
  );
  if (!old || !labelled || !merging || !unready || !elsewhere) throw new Error('not created');
  for (const each of [old, merging, elsewhere]) intents.line(each);
  intents.line(labelled, 1);
  intents.store.call(merging.id, LANDING, 5);
  expect(intents.store.line(7, 'main').map(({ id }) => id)).toEqual([merging.id, labelled.id, old.id]);
});

test('a base takes one merge at a time; another base does not wait for it', () => {
  const intents = new Intents();
  const first = intents.create({ pull: 1 });
  const second = intents.create({ pull: 2 });
  const elsewhere = intents.create({ pull: 3, baseRef: 'release/1' });
  expect(intents.store.call(first.id, LANDING, 5)).toBe(true);
  expect(intents.store.call(second.id, LANDING, 5)).toBe(false);
  expect(intents.store.call(elsewhere.id, LANDING, 5)).toBe(true);

  intents.store.release(first.id, 'Base branch was modified');
  expect(intents.store.call(second.id, LANDING, 6)).toBe(true);
  expect(intents.now(first)).toMatchObject({
    state: 'waiting',
    calls: 1,
    refusal: 'Base branch was modified',
  });
});

test('the base is kept until what landed is verified', () => {
  const intents = new Intents();
  const first = intents.create({ pull: 1 });
  const second = intents.create({ pull: 2 });
  intents.store.call(first.id, LANDING, 5);
  expect(intents.store.landed(first.id, 'd'.repeat(40))).toBe(true);
  expect(intents.store.call(second.id, LANDING, 5)).toBe(false);
  expect(intents.store.merged(first.id, receiptOf(first), 9)).toBe(true);
  expect(intents.store.call(second.id, LANDING, 5)).toBe(true);
  expect(intents.store.receipts('acme/shop', 10)).toEqual([receiptOf(first)]);
  expect(intents.store.receipts('acme/other', 10)).toEqual([]);
});

test('what has landed is neither cancelled nor withdrawn nor called again', () => {
  const intents = new Intents();
  const intent = intents.create();
  intents.store.call(intent.id, LANDING, 5);
  expect(intents.store.withdraw(intent.id, 'withdrawn', 6)).toBe(false);
  intents.store.landed(intent.id, 'd'.repeat(40));
  expect(intents.store.cancel(intent.id, 'the head moved', 6)).toBe(false);
  expect(intents.store.release(intent.id, null)).toBe(false);
  expect(intents.store.call(intent.id, LANDING, 7)).toBe(false);
  expect(intents.store.landed(intent.id, 'e'.repeat(40))).toBe(false);
  expect(intents.now(intent)).toMatchObject({ state: 'merging', mergedSha: 'd'.repeat(40), calls: 1 });
});

test('an ended intent stays to be shown until it is, and is not looked at after that', () => {
  const intents = new Intents();
  const intent = intents.create();
  expect(intents.store.begin(intent.id, 4)?.evaluations).toBe(1);
  intents.store.withdraw(intent.id, 'withdrawn by dev', 5);
  expect(intents.store.forTimer(0).map(({ id }) => id)).toEqual([intent.id]);
  expect(intents.store.begin(intent.id, 6)?.evaluations).toBe(2);
  intents.store.reported(intent.id, 6);
  expect(intents.store.forTimer(9)).toEqual([]);
  expect(intents.store.begin(intent.id, 7)).toBeNull();
});

test('the timer looks at a few that wait in each installation, in turn, and at all that are being merged', () => {
  const intents = new Intents();
  for (const pull of [1, 2, 3, 4]) intents.create({ pull });
  intents.create({ pull: 1, repositoryId: 8, installation: 2 });
  intents.store.call('4', LANDING, 5);
  const due = () => intents.store.forTimer(2).map(({ id }) => id);
  expect(due()).toEqual(['1', '2', '4', '5']);
  for (const id of due()) intents.store.begin(id, 10);
  expect(due()).toEqual(['1', '3', '4', '5']);
});

test('one that was cancelled while its call landed ends as merged, and who was told otherwise is told anew', () => {
  const intents = new Intents();
  const intent = intents.create();
  intents.store.call(intent.id, LANDING, 5);
  intents.store.cancel(intent.id, 'GitHub cannot merge it', 6);
  intents.store.reported(intent.id, 7);

  expect(intents.store.mayHaveLanded(7, 3, 7).map(({ id }) => id)).toEqual([intent.id]);
  expect(intents.store.begin(intent.id, 8)).toMatchObject({ state: 'cancelled' });
  expect(intents.store.merged(intent.id, receiptOf(intent), 9)).toBe(true);
  const merged = { state: 'merged', mergedSha: 'd'.repeat(40), reason: null, reportedAt: null };
  expect(intents.now(intent)).toMatchObject(merged);
  expect(intents.store.mayHaveLanded(7, 3, 7)).toEqual([]);
});

test('what somebody else has merged is never taken for its own', () => {
  const intents = new Intents();
  const intent = intents.create();
  intents.store.call(intent.id, LANDING, 5);
  intents.store.elsewhere(intent.id, 'e'.repeat(40), 'grace merged it', 6);
  expect(intents.store.merged(intent.id, receiptOf(intent), 7)).toBe(false);
  intents.store.reported(intent.id, 8);
  expect(intents.store.begin(intent.id, 9)).toBeNull();
});
