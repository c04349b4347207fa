/** The lines that a report gives to run a plan again are pasted into a shell, in a clone that has seen no pull request. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { startWorld, verdictOn, type World } from '../support/codex.ts';

let world: World;
let directory: string;
beforeAll(async () => {
  [world, directory] = await Promise.all([startWorld(), mkdtemp(join(tmpdir(), 'codex-clone-'))]);
});
afterAll(async () => {
  await world.close();
  await rm(directory, { recursive: true });
});

const MARKET = 'import os\n\n\ndef test_market():\n    assert os.environ["MARKET"] == "it\'s open"\n';

/** A pull request whose base has moved on since: only the merge has all three tests. Gives its check run. */
async function planned(name: string, config: string, command: string) {
  const repository = await world.github.createRepository('acme', name, { private: true });
  await repository.push('main', { 'test_old.py': 'def test_old():\n    assert True\n' });
  const head = await repository.push('feature', { 'test_new.py': 'def test_new():\n    assert False\n' });
  const pull = await repository.openPull({ head: 'feature' });
  await repository.push('main', { 'test_market.py': MARKET, '.github/codex.yml': config });
  await repository.comment(pull, 'acme', command);
  const clone = join(directory, name);
  await execa('git', ['clone', '--quiet', '--single-branch', repository.pushUrl('acme'), clone]);
  return { run: await verdictOn(world.github, repository, head), clone };
}

async function pasted(summary: string | null, clone: string) {
  const lines = /^```sh\n(git fetch[\s\S]*?)\n```$/m.exec(summary ?? '')?.[1] ?? '';
  return execa('sh', ['-c', lines], { cwd: clone, reject: false, all: true });
}

test('pasted, they run the same tests on the same merge with the same outcome', async () => {
  const config = 'plan:\n  environment:\n    MARKET: "it\'s open"\n';
  const { run, clone } = await planned('same', config, '/codex plan -k "new or market"');
  expect(run.output.title).toContain('1 of 2 tests');
  const again = await pasted(run.output.summary, clone);
  expect(again.all).toContain('1 failed, 1 passed, 1 deselected');
  expect(again.exitCode).toBe(1);
});

test('pasted, they run what the repository runs in place of pytest', async () => {
  const config = 'plan:\n  command: [python, -m, pytest, test_old.py]\n';
  const { run, clone } = await planned('other', config, '/codex plan');
  expect(run.conclusion).toBe('success');
  const again = await pasted(run.output.summary, clone);
  expect(again.all).toContain('1 passed');
  expect(again.exitCode).toBe(0);
});
