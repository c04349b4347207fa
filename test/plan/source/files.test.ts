import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseBatch } from '../../../src/plan/source/blobs.ts';
import { hasPath, listFiles, parseListing, readFiles, remarks } from '../../../src/plan/source/files.ts';
import { fetchPlan, openMirror } from '../../../src/plan/source/mirror.ts';
import { localRemote, newRepository, type Repository, temporaryFolder } from './repository.ts';

const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12\n';

async function fetched(repository: Repository) {
  const mirror = await openMirror(await temporaryFolder(), 'owner/name');
  const headSha = repository.git('rev-parse', 'HEAD');
  await fetchPlan(mirror, localRemote(repository.path), { headSha, baseRef: 'main' });
  const tree = repository.git('rev-parse', 'HEAD^{tree}');
  return { mirror, tree, listing: await listFiles(mirror, tree) };
}

describe('files of a tree', () => {
  test('are listed with mode and size, whatever their names', async () => {
    const repository = await newRepository();
    await symlink('a', join(repository.path, 'link'));
    await repository.commit('one', { a: 'text', 'dir/new\nline\t"': 'ü' });
    const { mirror, tree } = await fetched(repository);
    expect(await listFiles(mirror, tree)).toEqual([
      { path: 'a', mode: '100644', sha: expect.stringMatching(/^[0-9a-f]{40}$/), size: 4 },
      { path: 'dir/new\nline\t"', mode: '100644', sha: expect.any(String), size: 2 },
      { path: 'link', mode: '120000', sha: expect.any(String), size: 1 },
    ]);
  });

  test('are found by path, folder and node id', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'tests/unit/test_a.py': '' });
    const { listing } = await fetched(repository);
    const there = ['tests', './tests/', 'tests/unit/test_a.py::test_x', '.'];
    expect(there.map((path) => hasPath(listing, path))).toEqual([true, true, true, true]);
    expect(['test', 'tests/unit/test_b.py', '../tests'].map((path) => hasPath(listing, path))).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('are read by path, through a link inside the tree and through none out of it', async () => {
    const repository = await newRepository();
    await symlink('../a', join(await folder(repository, 'dir'), 'inside'));
    await symlink('/etc/passwd', join(repository.path, 'absolute'));
    await symlink('../../../../etc/passwd', join(repository.path, 'outside'));
    await symlink('dir', join(repository.path, 'to-a-folder'));
    await repository.commit('one', { a: 'text ü\n', empty: '' });
    const { mirror, listing } = await fetched(repository);
    const paths = [
      'a',
      'empty',
      'dir',
      'dir/inside',
      'absolute',
      'outside',
      'to-a-folder',
      'missing',
      '../a',
    ];
    expect(Object.fromEntries(await readFiles(mirror, listing, paths))).toEqual({
      a: 'text ü\n',
      empty: '',
      'dir/inside': 'text ü\n',
    });
  });

  test('larger than 8 MiB are refused by name', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'requirements.txt': ' '.repeat(9 * 2 ** 20) });
    const { mirror, listing } = await fetched(repository);
    const reading = readFiles(mirror, listing, ['requirements.txt']);
    await expect(reading).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/"requirements.txt" is larger/),
    });
  });

  test('larger than 32 MiB together are refused', async () => {
    const repository = await newRepository();
    const names = ['1', '2', '3', '4', '5'];
    await repository.commit('one', Object.fromEntries(names.map((name) => [name, name.repeat(7 * 2 ** 20)])));
    const { mirror, listing } = await fetched(repository);
    await expect(readFiles(mirror, listing, names)).rejects.toThrow(/larger than 32 MiB together/);
  });
});

describe('remarks', () => {
  test('are none about an ordinary tree', async () => {
    const repository = await newRepository();
    await repository.commit('one', { a: 'a', '.gitattributes': '*.bin filter=lfs\n' });
    const { mirror, listing } = await fetched(repository);
    expect(await remarks(mirror, listing)).toEqual([]);
  });

  test('tell submodules and LFS pointers, and name the first of them', async () => {
    const repository = await newRepository();
    const bins = Object.fromEntries(
      ['1', '2', '3', '4', '5', '6', '7'].map((name) => [`data/${name}.bin`, POINTER]),
    );
    const sha = await repository.commit('one', { '.gitattributes': '*.bin filter=lfs -text\n', ...bins });
    repository.git('update-index', '--add', '--cacheinfo', `160000,${sha},vendor/dep`);
    repository.git('commit', '--quiet', '--message', 'submodule');
    const { mirror, listing } = await fetched(repository);
    expect(await remarks(mirror, listing)).toEqual([
      '1 submodule is not fetched, the folder is empty: "vendor/dep".',
      '7 Git LFS files are not fetched; tests see pointer files: "data/1.bin", "data/2.bin", "data/3.bin", "data/4.bin", "data/5.bin" and 2 more.',
    ]);
  });

  test('do not take a file for an LFS pointer that no attribute says is one', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'fixture.txt': POINTER });
    const { mirror, listing } = await fetched(repository);
    expect(await remarks(mirror, listing)).toEqual([]);
  });
});

describe("git's output", () => {
  test('of ls-tree gives back any names', () => {
    const name = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.nat())), (files) => {
        const output = files.map(
          ([path, size]) => `100644 blob ${'a'.repeat(40)} ${String(size).padStart(7)}\t${path}\0`,
        );
        const read = parseListing(output.join('')).map(({ path, size }) => [path, size]);
        expect(read).toEqual(files);
      }),
    );
  });

  test('of cat-file gives back any contents', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const output = texts
          .map((text) => `${'a'.repeat(40)} blob ${Buffer.byteLength(text)}\n${text}\n`)
          .join('');
        expect(parseBatch(Buffer.from(output))).toEqual(texts);
      }),
    );
  });

  test('of cat-file without an object is an error', () => {
    expect(() => parseBatch(Buffer.from(`${'a'.repeat(40)} missing\n`))).toThrow(/without an object/);
  });
});

async function folder(repository: Repository, name: string): Promise<string> {
  await repository.commit('a folder', { [`${name}/file`]: '' });
  return join(repository.path, name);
}
