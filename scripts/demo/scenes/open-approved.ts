import type { LocalRepository } from '../../../test/support/local-github/repository.ts';
import { governed, openPull, type PullRequest } from '../pull-request.ts';
import { AUTHOR, REVIEWER, type Stage } from '../stage.ts';

/** A change that breaks nothing. */
export const README = {
  branch: 'feature/BOT-8-readme',
  title: 'Say how the tests are run',
  files: { 'README.md': '# crossover\n\nA moving-average crossover strategy. Test it with `pytest`.\n' },
};

/** A pull request that nothing is wrong with. */
export async function openApproved(
  stage: Stage,
  repository: LocalRepository,
  change: Parameters<typeof openPull>[1] = README,
): Promise<PullRequest> {
  const pull = await openPull(repository, change);
  const { number, title } = pull;
  stage.terminal.heading(`${AUTHOR} opens ${repository.fullName}#${number}: ${title}; ${REVIEWER} approves`);
  await governed(stage, pull);
  await repository.reviews.approve(number, REVIEWER);
  return pull;
}
