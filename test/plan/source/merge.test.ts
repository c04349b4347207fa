import { describe, expect, test } from '@jest/globals';
import { mergeTrees, parseMerged } from '../../../src/plan/source/merge.ts';
import { fetchPlan, type Mirror, openMirror } from '../../../src/plan/source/mirror.ts';
import { localRemote, newRepository, type Repository, temporaryFolder } from './repository.ts';

async function fetched(repository: Repository): Promise<Mirror> {
  const mirror = await openMirror(await temporaryFolder(), 'owner/name');
  const headSha = repository.git('rev-parse', 'topic');
  await fetchPlan(mirror, localRemote(repository.path), { headSha, baseRef: 'main' });
  return mirror;
}

type Files = Readonly<Record<string, string | null>>;

/** Commits `common`, then `base` on main and `head` on topic (null: no commit there), and merges. */
async function merged(common: Files, base: Files | null, head: Files | null) {
  const repository = await newRepository();
  await repository.commit('common', common);
  repository.branchOff('topic');
  if (head) await repository.commit('head', head);
  repository.switchTo('main');
  if (base) await repository.commit('base', base);
  const id = (name: string) => repository.git('rev-parse', name);
  const mirror = await fetched(repository);
  const { tree, conflicts } = await mergeTrees(mirror, id('main'), id('topic'));
  const files = (await mirror.git(['ls-tree', '-r', '--name-only', tree])).stdout
    .toString()
    .split('\n')
    .filter(Boolean);
  return { tree, conflicts, files, base: id('main^{tree}'), head: id('topic^{tree}') };
}

describe('the tree that would land', () => {
  test('has what both sides changed', async () => {
    const { conflicts, files } = await merged({ a: '1\n' }, { b: 'b\n' }, { c: 'c\n' });
    expect(conflicts).toEqual([]);
    expect(files).toEqual(['a', 'b', 'c']);
  });

  test('is the head on top of an unmoved base', async () => {
    const { tree, head } = await merged({ a: '1\n' }, null, { c: 'c\n' });
    expect(tree).toBe(head);
  });

  test('is the base for a head that base already has', async () => {
    const { tree, base, conflicts } = await merged({ a: '1\n' }, { b: 'b\n' }, null);
    expect({ tree, conflicts }).toEqual({ tree: base, conflicts: [] });
  });

  test('is itself where base and head are the same commit', async () => {
    const { tree, base } = await merged({ a: '1\n' }, null, null);
    expect(tree).toBe(base);
  });

  test('follows a file that was renamed on one side and edited on the other', async () => {
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('');
    const { conflicts, files } = await merged(
      { old: text },
      { old: null, new: text },
      { old: `${text}more\n` },
    );
    expect({ conflicts, files }).toEqual({ conflicts: [], files: ['new'] });
  });
});

describe('a conflict', () => {
  test.each<[string, Files, Files, Files, string[]]>([
    ['in a text', { a: '1\n' }, { a: '2\n' }, { a: '3\n' }, ['a']],
    ['in a binary file', { a: '1\0' }, { a: '2\0' }, { a: '3\0' }, ['a']],
    ['of an edit with a deletion', { a: '1\n', k: 'k' }, { a: null }, { a: '3\n' }, ['a']],
    ['of two new files', { a: '1\n' }, { b: '2\n' }, { b: '3\n' }, ['b']],
    [
      'in names of any kind',
      { 'new\nline': '1\n', '"ü"': '1\n' },
      { 'new\nline': '2\n', '"ü"': '2\n' },
      { 'new\nline': '3\n', '"ü"': '3\n' },
      ['"ü"', 'new\nline'],
    ],
    [
      'despite an attribute for it',
      { '.gitattributes': '* merge=ours\n', a: '1\n' },
      { a: '2\n' },
      { a: '3\n' },
      ['a'],
    ],
  ])('%s is told by its path', async (_what, common, base, head, conflicts) => {
    expect((await merged(common, base, head)).conflicts).toEqual(conflicts);
  });

  test('of two renames names every path that takes part', async () => {
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('');
    const { conflicts } = await merged({ old: text }, { old: null, ours: text }, { old: null, theirs: text });
    expect([...conflicts].sort()).toEqual(['old', 'ours', 'theirs']);
  });

  test('of submodules is told by its path', async () => {
    const repository = await newRepository();
    const point = async (name: string) => {
      repository.git(
        'update-index',
        '--add',
        '--cacheinfo',
        `160000,${repository.feed(name, 'hash-object', '--stdin')},dep`,
      );
      repository.git('commit', '--quiet', '--message', name);
    };
    await repository.commit('common', { a: '1\n' });
    await point('one');
    repository.branchOff('topic');
    await point('two');
    repository.git('checkout', '--quiet', '--force', 'main');
    await point('three');
    const mirror = await fetched(repository);
    const { conflicts } = await mergeTrees(
      mirror,
      repository.git('rev-parse', 'main'),
      repository.git('rev-parse', 'topic'),
    );
    expect(conflicts).toEqual(['dep']);
  });
});

test('commits without a common history are refused in words', async () => {
  const repository = await newRepository();
  const base = await repository.commit('one', { a: '1\n' });
  repository.git('checkout', '--quiet', '--orphan', 'topic');
  const head = await repository.commit('two', { b: '2\n' });
  const mirror = await fetched(repository);
  await expect(mergeTrees(mirror, base, head)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/share no history/),
  });
});

test('an output without a tree is an error, not a verdict', () => {
  expect(() => parseMerged('')).toThrow(/printed no tree/);
});
