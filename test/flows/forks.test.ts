/** Code of strangers: run when somebody who may write asks for exactly that commit, and given no credential. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import type { Files } from '../support/local-github/bare-repository.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { PullRequest } from '../support/pull-request.ts';

let world: World;
let repository: LocalRepository;
let fork: LocalRepository;
beforeAll(async () => {
  world = await startWorld();
  repository = await world.github.createRepository('acme', 'open-source');
  await repository.push('main', { 'test_a.py': 'def test_a():\n    pass\n' });
  fork = await repository.fork('mallory');
});
afterAll(() => world.close());

async function openFromFork(branch: string, files: Files): Promise<PullRequest> {
  const head = await fork.push(branch, files);
  const number = await repository.openPull({ head: `mallory:${branch}`, author: 'mallory' });
  return new PullRequest(world.github, { repository, number, branch, head });
}

test('the author of a fork starts nothing; a collaborator approves the head of that moment', async () => {
  const pull = await openFromFork('feature', { 'test_b.py': 'def test_b():\n    pass\n' });

  const own = await pull.command('/codex plan', 'mallory');
  expect(own).toMatchObject({ reactions: ['-1'], comment: '', check: undefined });

  const approved = await pull.command('/codex plan');
  expect(approved.reactions).toEqual(['eyes', 'rocket']);
  expect(approved.check).toMatchObject({ conclusion: 'success', output: { title: '2 passed' } });
});

test('a push to the fork between the comment and its reading is not run, and the collaborator is told', async () => {
  const pull = await openFromFork('bait', { 'app.py': 'x = 1\n' });
  world.github.deliveries.mode = 'hold';
  const id = await pull.say('/codex plan');
  const evil = await fork.push('bait', { 'test_evil.py': 'def test_evil():\n    pass\n' });
  world.github.deliveries.mode = 'send';

  expect(await pull.reactionsTo(id)).toEqual(['eyes', '-1']);
  expect(await pull.comment()).toContain(
    `The fork was pushed to after your comment was written: \`${evil.slice(0, 7)}\` may not be what you have seen.`,
  );
  expect([...(await pull.checks()), ...(await pull.checks(evil))]).toEqual([]);
});

/** Prints all that a test can find: environment, processes' environments, git's files, the whole file system's names. */
const SPY = `import os, pathlib, subprocess


def test_spy():
    print("ENVIRONMENT", dict(os.environ))
    for file in pathlib.Path("/proc").glob("[0-9]*/*"):
        if file.name in ("environ", "cmdline", "mountinfo"):
            try:
                print("PROC", file, file.read_bytes())
            except OSError:
                pass
    for folder in ("/work", "/tmp", "/home", "/run", "/etc", "/root"):
        for file in pathlib.Path(folder).rglob("*"):
            try:
                if file.is_file() and file.stat().st_size < 1_000_000:
                    print("FILE", file, file.read_bytes())
            except OSError:
                pass
    print(subprocess.run(["git", "config", "--list"], capture_output=True, text=True).stdout)
    assert not os.path.exists("/var/run/docker.sock")
`;

test('there is no credential in the sandbox, whatever a test prints', async () => {
  const pull = await openFromFork('spy', {
    'test_spy.py': SPY,
    'pytest.ini': '[pytest]\naddopts = --capture=no\n',
  });

  const { check } = await pull.command('/codex plan');

  expect(check?.output.title).toBe('2 passed');
  const printed = await lastLog(world.dataDir);
  expect(printed).toContain('ENVIRONMENT');
  expect(printed).toContain('FILE /work/tree/.git/HEAD');
  const { environment } = world.github;
  for (const secret of [
    ...Object.values(environment).filter((value) => value.length > 20),
    ...['acme', 'mallory'].map((login) => world.github.token(login)),
  ]) {
    expect(printed).not.toContain(secret);
  }
  expect(printed).not.toMatch(/gh[psou]_[A-Za-z0-9]{10}|x-access-token|authorization: |\[redacted\]/i);
});

/** What the newest run printed, as it is stored. */
async function lastLog(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'logs');
  const newest = (await readdir(folder)).sort().at(-1) ?? '';
  return gunzipSync(await readFile(join(folder, newest))).toString();
}
