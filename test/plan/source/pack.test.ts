import { randomBytes } from 'node:crypto';
import { chmod, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { execaSync } from 'execa';
import { mergeTrees } from '../../../src/plan/source/merge.ts';
import { fetchPlan, type Mirror, openMirror } from '../../../src/plan/source/mirror.ts';
import { type Packed, packTree } from '../../../src/plan/source/pack.ts';
import { localRemote, newRepository, Repository, temporaryFolder } from './repository.ts';

/** What the sandbox does with a header and a pack: the recipe at the top of pack.ts. */
async function unpack({ header, stream, done }: Packed): Promise<string> {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder, '.git', ...names);
  execaSync('git', ['init', '-q', '--template=', '.'], { cwd: folder });
  const promisor = '[remote "origin"]\n\turl = /history-not-included\n\tpromisor = true\n';
  await writeFile(
    at('config'),
    `[core]\n\trepositoryformatversion = 1\n\tbare = false\n[extensions]\n\tpartialClone = origin\n${promisor}`,
  );
  if (header.shallow.length > 0)
    await writeFile(at('shallow'), header.shallow.map((sha) => `${sha}\n`).join(''));
  const [pack] = await Promise.all([stream.toArray(), done]);
  execaSync('git', ['index-pack', '--stdin', '--promisor'], { cwd: folder, input: Buffer.concat(pack) });
  await writeFile(at('HEAD'), `ref: refs/heads/${header.branch}\n`);
  const refs = Object.entries(header.refs).sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(at('packed-refs'), refs.map(([name, sha]) => `${sha} ${name}\n`).join(''));
  execaSync('git', ['reset', '-q', '--hard'], { cwd: folder });
  return folder;
}

function inside(folder: string, ...args: string[]): string {
  return execaSync('git', args, { cwd: folder }).stdout;
}

async function mirrorOf(
  repository: Repository,
  head: string,
): Promise<{ mirror: Mirror; baseSha: string; headSha: string }> {
  const mirror = await openMirror(await temporaryFolder(), 'owner/name');
  const remote = localRemote(repository.path);
  const plan = { headSha: repository.git('rev-parse', head), baseRef: 'main' };
  return { mirror, ...(await fetchPlan(mirror, remote, plan)) };
}

async function unpacked(repository: Repository, head: string) {
  const { mirror, baseSha, headSha } = await mirrorOf(repository, head);
  const { tree } = await mergeTrees(mirror, baseSha, headSha);
  const packed = await packTree(mirror, { tree, parents: [baseSha, headSha], branch: 'main' });
  return { folder: await unpack(packed), header: packed.header, tree, baseSha, headSha };
}

describe('a pack, unpacked as the sandbox does', () => {
  test('is the merged tree, clean, on the base branch, with base and head as parents', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'a.txt': 'a\n' });
    repository.branchOff('topic');
    await repository.commit('head', { 'b.txt': 'b\n' });
    repository.switchTo('main');
    await repository.commit('base', { 'c.txt': 'c\n' });
    const { folder, header, tree, baseSha, headSha } = await unpacked(repository, 'topic');

    expect(inside(folder, 'rev-parse', 'HEAD^{tree}', 'HEAD^1', 'HEAD^2').split('\n')).toEqual([
      tree,
      baseSha,
      headSha,
    ]);
    expect(inside(folder, 'rev-parse', 'HEAD', 'refs/remotes/origin/main').split('\n')).toEqual([
      header.commit,
      baseSha,
    ]);
    expect(inside(folder, 'status', '--porcelain')).toBe('');
    expect(inside(folder, 'symbolic-ref', '--short', 'HEAD')).toBe('main');
    expect(inside(folder, 'ls-files').split('\n')).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(inside(folder, 'diff', '--name-status', 'HEAD^1', 'HEAD')).toBe('A\tb.txt');
  });

  test('tells its version by tags and shows its whole history', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'a.txt': '1' });
    repository.git('tag', '--annotate', '--message', 'first', 'v1.0');
    await repository.commit('two', { 'a.txt': '2' });
    repository.git('tag', 'light');
    repository.branchOff('elsewhere', 'HEAD~1');
    await repository.commit('not part of it', { 'z.txt': 'z' });
    repository.git('tag', 'elsewhere-1');
    repository.branchOff('topic', 'main');
    await repository.commit('three', { 'b.txt': 'b' });
    const { folder, header } = await unpacked(repository, 'topic');

    expect(inside(folder, 'describe', '--tags', '--match', 'v*')).toMatch(/^v1\.0-3-g[0-9a-f]+$/);
    expect(inside(folder, 'tag', '--list').split('\n')).toEqual(['light', 'v1.0']);
    expect(inside(folder, 'log', '--format=%s', '--first-parent').split('\n').slice(1)).toEqual([
      'two',
      'one',
    ]);
    expect(header.shallow).toEqual([]);
    expect(inside(folder, 'fsck', '--no-progress')).toBe('');
  });

  test('keeps symbolic links, executable files and names of any kind', async () => {
    const repository = await newRepository();
    const names = ['-dash', 'new\nline', '"quoted"', 'ünïcode/日本.txt', ' space ', 'tab\t', 'back\\slash'];
    await repository.commit('one', Object.fromEntries(names.map((name) => [name, `text of ${name}`])));
    await writeFile(join(repository.path, 'run.sh'), '#!/bin/sh\n');
    await chmod(join(repository.path, 'run.sh'), 0o755);
    await symlink('../outside/of/it', join(repository.path, 'link'));
    await repository.commit('two');
    const { folder } = await unpacked(repository, 'main');

    for (const name of names) expect(await readFile(join(folder, name), 'utf8')).toBe(`text of ${name}`);
    expect(await readlink(join(folder, 'link'))).toBe('../outside/of/it');
    expect((await stat(join(folder, 'run.sh'))).mode & 0o111).not.toBe(0);
    expect(inside(folder, 'status', '--porcelain')).toBe('');
  });

  test('leaves out nothing that .gitattributes would leave out of an archive', async () => {
    const repository = await newRepository();
    await repository.commit('one', {
      '.gitattributes': 'tests export-ignore\n',
      'tests/test_a.py': 'pass\n',
    });
    const { folder } = await unpacked(repository, 'main');
    expect(await readFile(join(folder, 'tests/test_a.py'), 'utf8')).toBe('pass\n');
  });

  test('makes empty folders of submodules', async () => {
    const repository = await newRepository();
    const sha = await repository.commit('one', {
      '.gitmodules': '[submodule "dep"]\n\tpath = dep\n\turl = ../dep\n',
    });
    repository.git('update-index', '--add', '--cacheinfo', `160000,${sha},dep`);
    repository.git('commit', '--quiet', '--message', 'submodule');
    const { folder } = await unpacked(repository, 'main');
    expect(inside(folder, 'ls-files', '--stage', 'dep')).toBe(`160000 ${sha} 0\tdep`);
    expect(await readdir(join(folder, 'dep'))).toEqual([]);
  });

  test('is empty where the repository is', async () => {
    const repository = await newRepository();
    await repository.commit('nothing');
    const { folder } = await unpacked(repository, 'main');
    expect(await readdir(folder)).toEqual(['.git']);
    expect(inside(folder, 'status', '--porcelain')).toBe('');
  });

  test('is cut after 10,000 commits', async () => {
    const repository = await newRepository();
    const commits = Array.from(
      { length: 10_005 },
      (_, at) => `commit refs/heads/main\ncommitter A <a@b> ${1_600_000_000 + at} +0000\ndata 1\nx\n`,
    );
    repository.feed(commits.join(''), 'fast-import', '--quiet');
    repository.git('tag', 'too-old', 'main~10001');
    repository.git('tag', 'old-enough', 'main~9000');
    const { folder, header } = await unpacked(repository, 'main');
    expect(header.shallow).toEqual([repository.git('rev-parse', 'main~9999')]);
    expect(inside(folder, 'rev-list', '--count', 'HEAD')).toBe('10000');
    expect(inside(folder, 'describe', '--tags', '--abbrev=0')).toBe('old-enough');
    expect(inside(folder, 'fsck', '--no-progress')).toBe('');
  });

  test('is cut where the clone it came from is cut', async () => {
    const whole = await newRepository();
    for (const message of ['one', 'two', 'three', 'four']) await whole.commit(message, { 'a.txt': message });
    const clone = await temporaryFolder();
    execaSync('git', ['clone', '--quiet', '--depth=2', `file://${whole.path}`, clone]);
    const { folder, header } = await unpacked(new Repository(clone), 'main');
    expect(header.shallow).toEqual([whole.git('rev-parse', 'main~1')]);
    expect(inside(folder, 'log', '--format=%s').split('\n')).toEqual(['four', 'three']);
    expect(inside(folder, 'status', '--porcelain')).toBe('');
  });

  test('of base alone has the base commit itself as HEAD', async () => {
    const repository = await newRepository();
    const base = await repository.commit('one', { 'a.txt': 'a' });
    const { mirror } = await mirrorOf(repository, 'main');
    const tree = repository.git('rev-parse', 'main^{tree}');
    const folder = await unpack(await packTree(mirror, { tree, parents: [base], branch: 'main' }));
    expect(inside(folder, 'rev-parse', 'HEAD')).toBe(base);
  });

  test('may be checked out on a branch whose name looks like an option', async () => {
    const repository = await newRepository();
    const base = await repository.commit('one', { 'a.txt': 'a' });
    const { mirror } = await mirrorOf(repository, 'main');
    const request = {
      tree: repository.git('rev-parse', 'main^{tree}'),
      parents: [base],
      branch: '--exec=evil',
    } as const;
    const folder = await unpack(await packTree(mirror, request));
    expect(inside(folder, 'symbolic-ref', 'HEAD')).toBe('refs/heads/--exec=evil');
  });
});

describe('the packing of a tree', () => {
  test('makes the same commit each time', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'a.txt': 'a' });
    repository.branchOff('topic');
    await repository.commit('two', { 'b.txt': 'b' });
    const [first, second] = [await unpacked(repository, 'topic'), await unpacked(repository, 'topic')];
    expect(second.header).toEqual(first.header);
    expect(inside(first.folder, 'log', '-1', '--format=%an <%ae> %ct')).toBe(
      'Codex <codex@localhost> 1700000120',
    );
  });

  test('fails in the stream and in `done` when an object is broken', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'a.txt': 'a' });
    const { mirror, baseSha } = await mirrorOf(repository, 'main');
    const blob = (await mirror.git(['hash-object', '-w', '--stdin'], { input: 'text' })).stdout
      .toString()
      .trim();
    const tree = (await mirror.git(['mktree'], { input: `100644 blob ${blob}\tb.txt\n` })).stdout
      .toString()
      .trim();
    const file = join(mirror.directory, 'objects', blob.slice(0, 2), blob.slice(2));
    await rm(file);
    await writeFile(file, 'garbage');
    const { stream, done } = await packTree(mirror, { tree, parents: [baseSha], branch: 'main' });
    const read = stream.toArray();
    await expect(done).rejects.toThrow(/git pack-objects failed/);
    await expect(read).rejects.toThrow(/git pack-objects failed/);
    expect(mirror.damaged).toBe(true);
  });

  test('ends when it is aborted', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'a.txt': randomBytes(2_000_000).toString('hex') });
    const { mirror, headSha, baseSha } = await mirrorOf(repository, 'main');
    const { tree } = await mergeTrees(mirror, baseSha, headSha);
    const abort = new AbortController();
    const { stream, done } = await packTree(
      mirror,
      { tree, parents: [baseSha], branch: 'main' },
      abort.signal,
    );
    abort.abort(new Error('cancelled by a person'));
    await expect(done).rejects.toThrow('cancelled by a person');
    await expect(stream.toArray()).rejects.toThrow();
  });
});
