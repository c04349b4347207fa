import type { LocalRepository } from '../../../test/support/local-github/repository.ts';
import { projectFiles } from '../project.ts';
import { AUTHOR, OWNER, type Stage } from '../stage.ts';

const BRANCH = 'threshold';
const TITLE = 'Ignore crossovers smaller than a threshold';

export interface PullRequest {
  readonly repository: LocalRepository;
  readonly number: number;
  readonly branch: string;
  readonly title: string;
  /** SHA of the commit with the bug. */
  readonly head: string;
}

/** A repository with a strategy that has tests, and a pull request with a bug in it. */
export async function openPullRequest({ github, terminal }: Stage): Promise<PullRequest> {
  const repository = await github.createRepository(OWNER, 'crossover', { private: true });
  await repository.allow(AUTHOR, 'push');
  await repository.push('main', await projectFiles('base'), { message: 'A moving-average strategy' });
  const change = await projectFiles('change');
  const head = await repository.push(BRANCH, change, { author: AUTHOR, message: TITLE });
  const number = await repository.openPull({ head: BRANCH, title: TITLE, author: AUTHOR });

  terminal.heading(`${repository.fullName}#${number}: ${TITLE}`);
  terminal.fact('main', 'a small strategy: 16 tests, of which one fails and one is flaky');
  terminal.fact(BRANCH, `${head.slice(0, 7)} adds an option and its test, and gets a sign wrong:`);
  terminal.line(terminal.style('red', '  -        elif before >= 0 > now:'));
  terminal.line(terminal.style('green', '  +        elif before >= 0 and now > -threshold:'));
  return { repository, number, branch: BRANCH, title: TITLE, head };
}
