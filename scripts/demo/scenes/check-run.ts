import type { LocalCheckRun, LocalRepository } from '../../../test/support/local-github/repository.ts';
import { expectEqual } from '../expectation.ts';
import type { Stage } from '../stage.ts';

/** The newest check run of this name on a commit. */
export async function checkRun(
  repository: LocalRepository,
  sha: string,
  name: string,
): Promise<LocalCheckRun | undefined> {
  return (await repository.checkRuns(sha)).findLast((run) => run.name === name);
}

/** Waits for codex/governance on a new head: it has to agree. */
export async function governed(
  { github, terminal }: Pick<Stage, 'github' | 'terminal'>,
  repository: LocalRepository,
  head: string,
): Promise<void> {
  const run = await github.until('codex/governance', async () => {
    const found = await checkRun(repository, head, 'codex/governance');
    return found?.status === 'completed' && found;
  });
  expectEqual('codex/governance', run.conclusion, 'success');
  terminal.fact('check run', `codex/governance ${run.conclusion}: ${run.output.title}`);
}
