import { execa } from 'execa';
import type { LocalRepository } from '../../../test/support/local-github/repository.ts';
import { codexctl } from '../codexctl.ts';
import { expectEqual, expectMatch } from '../expectation.ts';
import { projectFiles } from '../project.ts';
import { AUTHOR, OWNER, REVIEWER, type Stage } from '../stage.ts';

/** A strategy that has tests, on a `main` that changes only through `/codex pr`. */
export async function createRepository(stage: Stage): Promise<LocalRepository> {
  const { github, environment, terminal } = stage;
  const repository = await github.createRepository(OWNER, 'crossover', { private: true });
  await repository.allow(AUTHOR, 'push');
  await repository.allow(REVIEWER, 'push');
  await repository.push('main', await projectFiles('base'), { message: 'A moving-average strategy' });

  terminal.heading(`${OWNER} runs: codexctl governance apply ${repository.fullName}`);
  terminal.fact('main', 'a small strategy: 16 tests, of which one fails and one is flaky');
  const applied = await codexctl(['governance', 'apply', repository.fullName], {
    ...environment,
    GH_TOKEN: github.token(OWNER),
  });
  for (const [, name] of applied.matchAll(/^(\S.*): to be created$/gm)) {
    terminal.fact('ruleset', name ?? '');
  }
  expectMatch('codexctl', applied, /Done\.$/);
  await refusedPush(repository, stage);
  return repository;
}

/** Not even the owner pushes to main now. */
async function refusedPush(repository: LocalRepository, { terminal }: Stage): Promise<void> {
  const { directory: cwd } = repository;
  const { stdout: tree } = await execa('git', ['rev-parse', 'main^{tree}'], { cwd });
  const identity = ['-c', `user.name=${OWNER}`, '-c', `user.email=${OWNER}@example.com`];
  const commit = [...identity, 'commit-tree', tree, '-p', 'main', '-m', 'Straight to main'];
  const { stdout: sha } = await execa('git', commit, { cwd });
  const push = await execa('git', ['push', repository.pushUrl(OWNER), `${sha}:refs/heads/main`], {
    cwd,
    reject: false,
  });
  expectEqual('The exit code of a push to main', push.exitCode, 1);
  const reason = expectMatch('Its answer', push.stderr, /remote: error: (GH013: .*?)\s*$/m);
  terminal.fact('git push', `by ${OWNER} to main: ${reason}`);
}
