import type { LocalRepository } from '../../../test/support/local-github/repository.ts';
import { AUTHOR, REVIEWER, type Stage } from '../stage.ts';
import { governed } from './check-run.ts';
import type { PullRequest } from './open-pull-request.ts';

interface Change {
  readonly branch: string;
  readonly title: string;
  /** Contents by path. */
  readonly files: Readonly<Record<string, string>>;
}

const README: Change = {
  branch: 'feature/BOT-8-readme',
  title: 'Say how the tests are run',
  files: { 'README.md': '# crossover\n\nA moving-average crossover strategy. Test it with `pytest`.\n' },
};

/** A pull request that nothing is wrong with. */
export async function openApproved(
  stage: Stage,
  repository: LocalRepository,
  { branch, title, files }: Change = README,
): Promise<PullRequest> {
  const head = await repository.push(branch, files, { author: AUTHOR, message: title });
  const number = await repository.openPull({ head: branch, title, author: AUTHOR });
  stage.terminal.heading(`${AUTHOR} opens ${repository.fullName}#${number}: ${title}; ${REVIEWER} approves`);
  await governed(stage, repository, head);
  await repository.reviews.approve(number, REVIEWER);
  return { repository, number, branch, title, head };
}
