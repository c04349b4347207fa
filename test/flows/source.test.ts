/** What is tested: the tree that would land, as a git repository, and nothing of the pull request but that. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { startWorld, type World } from '../support/codex.ts';
import { openAnother, openPull } from '../support/pull-request.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('base and head are tested merged: a fix that landed on base meanwhile counts', async () => {
  const pull = await openPull(world, 'merged', {
    main: { 'app.py': 'VALUE = 1\n' },
    change: { 'test_app.py': 'import app\n\n\ndef test_value():\n    assert app.VALUE == 2\n' },
  });
  const alone = await pull.command('/codex plan');
  const base = await pull.repository.push('main', { 'app.py': 'VALUE = 2\n' });
  const merged = await pull.command('/codex plan');

  expect(alone.check?.conclusion).toBe('failure');
  expect(merged.check?.conclusion).toBe('success');
  expect(merged.comment).toContain(`Head \`${pull.head.slice(0, 7)}\` with base \`${base.slice(0, 7)}\``);
});

test('a merge conflict → the files, and what to do', async () => {
  const pull = await openPull(world, 'conflict', {
    main: { 'app.py': 'x = 1\n', 'docs/notes.md': 'one\n', 'test_a.py': 'def test_a():\n    pass\n' },
    change: { 'app.py': 'x = 2\n', 'docs/notes.md': 'two\n' },
  });
  await pull.repository.push('main', { 'app.py': 'x = 3\n', 'docs/notes.md': 'three\n' });

  const { check, comment, reactions } = await pull.command('/codex plan');

  expect(check).toMatchObject({
    conclusion: 'failure',
    output: { title: 'Conflicts with the base branch in 2 files' },
  });
  for (const text of [check?.output.summary, comment]) {
    expect(text).toContain('`app.py`');
    expect(text).toContain('`docs/notes.md`');
    expect(text).toContain('Merge or rebase onto the base branch');
  }
  expect(reactions).toEqual(['eyes', '-1']);
});

const ASKS_GIT = `import subprocess


def git(*words):
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()


def test_version():
    assert git("describe", "--tags").startswith("v1.2-")


def test_clean():
    assert git("status", "--porcelain") == ""


def test_history():
    assert "The first commit" in git("log", "--format=%s")
`;

test('a project that asks git finds its tags and history', async () => {
  const repository = await world.github.createRepository('acme', 'versioned');
  await repository.push('main', { 'test_git.py': ASKS_GIT }, { message: 'The first commit' });
  await execa('git', ['tag', 'v1.2', 'main'], { cwd: repository.directory });
  const pull = await openAnother(world.github, repository, 'change', { 'README.md': 'More.\n' });

  const { check } = await pull.command('/codex plan');

  expect(check).toMatchObject({ conclusion: 'success', output: { title: '3 passed' } });
});

test('submodules and Git LFS files are not fetched, and that is said', async () => {
  const pull = await openPull(world, 'parts', {
    main: { 'test_a.py': 'def test_a():\n    pass\n' },
    change: {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'data.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 9\n`,
      lib: { mode: '160000', text: 'b'.repeat(40) },
      '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = https://example.com/lib.git\n',
    },
  });

  const { check, comment } = await pull.command('/codex plan');

  expect(check).toMatchObject({ conclusion: 'success' });
  expect(comment).toContain('1 submodule is not fetched, the folder is empty: "lib".');
  expect(comment).toContain('1 Git LFS file is not fetched; tests see pointer files: "`data.bin`".');
});
