import { access, chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { execaSync } from 'execa';
import { listFiles, readFiles, remarks } from '../../../src/plan/source/files.ts';
import { mergeTrees } from '../../../src/plan/source/merge.ts';
import { fetchPlan, type Mirror, openMirror } from '../../../src/plan/source/mirror.ts';
import { packTree } from '../../../src/plan/source/pack.ts';
import { localRemote, newRepository, type Repository, temporaryFolder } from './repository.ts';

/** A program that leaves a trace when anything runs it. */
async function trap(): Promise<{ program: string; sprung(): Promise<boolean> }> {
  const folder = await temporaryFolder();
  const [program, trace] = [join(folder, 'trap'), join(folder, 'trace')];
  await writeFile(program, `#!/bin/sh\necho "$0 $@" >> ${trace}\nexit 1\n`);
  await chmod(program, 0o755);
  const sprung = () =>
    access(trace).then(
      () => true,
      () => false,
    );
  return { program, sprung };
}

/** Every configuration and hook by which a repository can make git run a program. */
async function arm(repository: Repository, program: string): Promise<void> {
  const settings = {
    'core.fsmonitor': program,
    'core.sshCommand': program,
    'core.pager': program,
    'core.askPass': program,
    'core.alternateRefsCommand': program,
    'uploadpack.packObjectsHook': program,
    'credential.helper': `!${program}`,
    'filter.evil.clean': program,
    'filter.evil.smudge': program,
    'filter.evil.required': 'true',
    'merge.evil.driver': `${program} %A`,
    'diff.evil.textconv': program,
    'diff.external': program,
    'gpg.program': program,
    'alias.upload-pack': `!${program}`,
    'core.hooksPath': '.git/hooks',
  };
  for (const [name, value] of Object.entries(settings)) repository.git('config', name, value);
  await mkdir(join(repository.path, '.git/hooks'), { recursive: true });
  for (const hook of [
    'post-checkout',
    'post-index-change',
    'reference-transaction',
    'pre-auto-gc',
    'fsmonitor-watchman',
  ])
    await symlink(program, join(repository.path, '.git/hooks', hook));
}

/** All that the host does for a plan. */
async function planSource(mirror: Mirror, path: string, headSha: string): Promise<void> {
  const plan = await fetchPlan(mirror, localRemote(path), { headSha, baseRef: 'main' });
  const { tree } = await mergeTrees(mirror, plan.baseSha, plan.headSha);
  const listing = await listFiles(mirror, tree);
  await remarks(mirror, listing);
  await readFiles(mirror, listing, ['a.txt', '.gitattributes']);
  const { stream, done } = await packTree(mirror, {
    tree,
    parents: [plan.baseSha, plan.headSha],
    branch: 'main',
  });
  await Promise.all([stream.toArray(), done]);
}

describe('a hostile repository runs nothing on the host', () => {
  test('by hooks, filters, drivers, helpers or its configuration', async () => {
    const repository = await newRepository();
    await repository.commit('base', {
      '.gitattributes': '* filter=evil merge=evil diff=evil\n',
      'a.txt': '1\n2\n3\n',
    });
    repository.branchOff('topic');
    const head = await repository.commit('head', { 'a.txt': '1\n2\nthree\n' });
    repository.switchTo('main');
    await repository.commit('more', { 'a.txt': 'one\n2\n3\n' });
    const { program, sprung } = await trap();
    await arm(repository, program);
    await planSource(await openMirror(await temporaryFolder(), 'o/n'), repository.path, head);
    expect(await sprung()).toBe(false);
    execaSync('git', ['status'], { cwd: repository.path, reject: false });
    expect(await sprung()).toBe(true);
  });

  test('by objects that it promises to fetch', async () => {
    const origin = await newRepository();
    origin.git('config', 'uploadpack.allowFilter', 'true');
    const head = await origin.commit('one', { 'a.txt': 'a' });
    const repository = await newRepository();
    repository.git('remote', 'add', 'origin', `file://${origin.path}`);
    repository.git('fetch', '--quiet', '--filter=blob:none', 'origin', 'main:topic');
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/main');
    repository.git('update-ref', 'refs/heads/main', head);
    const { program, sprung } = await trap();
    repository.git('config', 'remote.origin.uploadpack', program);
    const mirror = await openMirror(await temporaryFolder(), 'o/n');
    await expect(planSource(mirror, repository.path, head)).rejects.toThrow(/partial clone/);
    expect(await sprung()).toBe(false);
  });

  test('from behind a .git that is a link', async () => {
    const repository = await newRepository();
    const head = await repository.commit('one', { 'a.txt': 'a' });
    const { program, sprung } = await trap();
    await arm(repository, program);
    const elsewhere = join(await temporaryFolder(), 'moved.git');
    await rename(join(repository.path, '.git'), elsewhere);
    await symlink(elsewhere, join(repository.path, '.git'));
    await planSource(await openMirror(await temporaryFolder(), 'o/n'), repository.path, head);
    expect(await sprung()).toBe(false);
  });

  test('by being owned by somebody else', async () => {
    const repository = await newRepository();
    const head = await repository.commit('one', { 'a.txt': 'a' });
    execaSync('chown', ['-R', '12345', repository.path]);
    await planSource(await openMirror(await temporaryFolder(), 'o/n'), repository.path, head);
  });
});

/** A commit whose one entry is `name`, whatever git thinks of it. */
function commitOfName(repository: Repository, name: string): string {
  const blob = repository.feed('x', 'hash-object', '-w', '--stdin');
  const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]);
  const tree = repository.feed(entry, 'hash-object', '-t', 'tree', '-w', '--stdin', '--literally');
  const commit = repository.git('commit-tree', '-m', 'hostile', tree);
  repository.git('update-ref', 'refs/heads/hostile', commit);
  return commit;
}

describe('a hostile tree', () => {
  test.each(['..', '.', '.git', '.GIT', 'a/b', 'git~1'])('with an entry %j is refused', async (name) => {
    const repository = await newRepository();
    await repository.commit('one', { 'a.txt': 'a' });
    const headSha = commitOfName(repository, name);
    const mirror = await openMirror(await temporaryFolder(), 'o/n');
    const fetching = fetchPlan(mirror, localRemote(repository.path), { headSha, baseRef: 'main' });
    await expect(fetching).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/malformed/),
    });
  });

  test('with a name of 10,000 characters is listed', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'a.txt': 'a' });
    const headSha = commitOfName(repository, 'n'.repeat(10_000));
    const mirror = await openMirror(await temporaryFolder(), 'o/n');
    await fetchPlan(mirror, localRemote(repository.path), { headSha, baseRef: 'main' });
    expect((await listFiles(mirror, headSha)).map(({ path }) => path.length)).toEqual([10_000]);
  });

  test('that is ten billion files in eleven objects is refused, not listed', async () => {
    const repository = await newRepository();
    await repository.commit('one', { 'a.txt': 'a' });
    const mirror = await openMirror(await temporaryFolder(), 'o/n');
    let [kind, id] = ['100644 blob', repository.feed('x', 'hash-object', '-w', '--stdin')];
    for (let depth = 0; depth < 10; depth += 1) {
      const entries = Array.from(
        { length: 10 },
        (_, index) => `${kind} ${id}\t${'long'.repeat(20)}${index}\n`,
      );
      [kind, id] = ['040000 tree', repository.feed(entries.join(''), 'mktree')];
    }
    const headSha = repository.git('commit-tree', '-m', 'bomb', id);
    repository.git('update-ref', 'refs/heads/bomb', headSha);
    await fetchPlan(mirror, localRemote(repository.path), { headSha, baseRef: 'main' });
    await expect(listFiles(mirror, headSha)).rejects.toThrow(/more files than Codex lists/);
  });
});
