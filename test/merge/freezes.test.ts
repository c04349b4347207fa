/** The table `freezes`: what stands for a base, and until when. */
import { expect, test } from '@jest/globals';
import { FreezeStore, type NewFreeze } from '../../src/merge/freezes.ts';
import { openDatabase } from '../../src/store/database.ts';

function freeze(more: Partial<NewFreeze> = {}): NewFreeze {
  return {
    repositoryId: 7,
    repository: 'acme/shop',
    baseRef: 'main',
    paths: null,
    source: 'command',
    reason: 'release week',
    by: 'dev',
    expiresAt: null,
    ...more,
  };
}

function store(...freezes: Partial<NewFreeze>[]): FreezeStore {
  const made = new FreezeStore(openDatabase(':memory:'));
  for (const each of freezes) made.freeze(freeze(each), 10);
  return made;
}

const reasons = (freezes: readonly { reason: string }[]) => freezes.map(({ reason }) => reason);

test('a base is frozen by its own freezes and by those of the repository, no other', () => {
  const freezes = store(
    { reason: 'main' },
    { reason: 'all', baseRef: null },
    { reason: 'other base', baseRef: 'release/1' },
    { reason: 'other repository', repositoryId: 8 },
  );
  expect(reasons(freezes.standing(7, 'main', 20))).toEqual(['main', 'all']);
  expect(freezes.standing(7, 'main', 20)[0]).toMatchObject({ by: 'dev', source: 'command', paths: null });
});

test('a freeze ends when it expires', () => {
  const freezes = store({ expiresAt: 20 });
  expect(freezes.standing(7, 'main', 19)).toHaveLength(1);
  expect(freezes.standing(7, 'main', 20)).toEqual([]);
});

test('a second freeze of the same replaces the first; a mismatch beside a command stands on its own', () => {
  const freezes = store(
    { reason: 'first' },
    { reason: 'second' },
    { reason: 'mismatch', source: 'mismatch' },
  );
  expect(reasons(freezes.standing(7, 'main', 20))).toEqual(['second', 'mismatch']);
});

test('alerts freeze paths side by side, each once', () => {
  const alert = (path: string) => ({ source: 'alert' as const, paths: [path], reason: path });
  const freezes = store(alert('api/**'), alert('web/**'), alert('api/**'));
  expect(freezes.standing(7, 'main', 20).map(({ paths }) => paths)).toEqual([['api/**'], ['web/**']]);
});

test('an alert that comes again prolongs its freeze, and changes nothing of what is frozen', () => {
  const changes: number[] = [];
  const freezes = new FreezeStore(openDatabase(':memory:'), () => changes.push(changes.length));
  const alert = { source: 'alert' as const, paths: ['api/**'] };
  freezes.freeze(freeze({ ...alert, expiresAt: 20 }), 10);
  const before = freezes.states(15, 0);
  freezes.freeze(freeze({ ...alert, expiresAt: 30 }), 15);
  expect(freezes.standing(7, 'main', 25)).toHaveLength(1);
  expect(freezes.states(25, 0)).toEqual(before);
  expect(changes).toHaveLength(1);
});

test('what is frozen has a state that never comes again, and is forgotten some time after its end', () => {
  const freezes = store();
  const seen: (string | undefined)[] = [];
  const look = (now: number) => seen.push(freezes.states(now, 0)[0]?.state);
  for (const now of [10, 50]) {
    freezes.freeze(freeze({ baseRef: null, expiresAt: now + 30 }), now);
    freezes.freeze(freeze(), now);
    look(now);
    freezes.unfreeze(7, 'main', 'boss', now + 10);
    look(now + 10);
    look(now + 30);
  }
  expect(new Set(seen).size).toBe(6);
  expect(freezes.states(90, 79)).toMatchObject([{ repositoryId: 7, repository: 'acme/shop' }]);
  expect(freezes.states(90, 80)).toEqual([]);
});

test('a repository goes by the name that it was last frozen under', () => {
  const renamed = store({ repository: 'acme/shop' }, { repository: 'acme/bot' }, { repositoryId: 8 });
  expect(renamed.states(10, 0).map(({ repository }) => repository)).toEqual(['acme/bot', 'acme/shop']);
});

test('unfreezing a base leaves the repository frozen, and tells what it lifted', () => {
  const freezes = store({ reason: 'main' }, { reason: 'all', baseRef: null });
  expect(reasons(freezes.unfreeze(7, 'main', 'boss', 20))).toEqual(['main']);
  expect(reasons(freezes.standing(7, 'main', 21))).toEqual(['all']);
  expect(freezes.unfreeze(7, 'main', 'boss', 22)).toEqual([]);
  expect(reasons(freezes.unfreeze(7, null, 'boss', 23))).toEqual(['all']);
});

test('strategies with the same files freeze them each for itself, and lift only what is theirs', () => {
  const alert = { source: 'alert' as const, baseRef: null, paths: ['shared/**'] };
  const freezes = store(
    { ...alert, by: 'mean', reason: 'mean' },
    { ...alert, by: 'fast', reason: 'fast' },
    { ...alert, by: 'mean', reason: 'mean again', paths: ['other/**'] },
    { by: 'mean', reason: 'a person of that name', baseRef: null },
  );
  expect(reasons(freezes.unfreezeStrategy(7, 'mean', 20))).toEqual(['mean', 'mean again']);
  expect(reasons(freezes.standing(7, 'main', 20))).toEqual(['fast', 'a person of that name']);
  expect(freezes.unfreezeStrategy(7, 'mean', 20)).toEqual([]);
});
