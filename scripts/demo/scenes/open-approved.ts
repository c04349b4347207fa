import type { LocalRepository } from '../../../test/support/local-github/repository.ts';
import { AUTHOR, REVIEWER, type Stage } from '../stage.ts';
import { governed } from './check-run.ts';
import type { PullRequest } from './open-pull-request.ts';

const BRANCH = 'feature/BOT-8-readme';
const TITLE = 'Say how the tests are run';
const FILES = { 'README.md': '# crossover\n\nA moving-average crossover strategy. Test it with `pytest`.\n' };

/** A pull request that nothing is wrong with. */
export async function openApproved(stage: Stage, repository: LocalRepository): Promise<PullRequest> {
  const head = await repository.push(BRANCH, FILES, { author: AUTHOR, message: TITLE });
  const number = await repository.openPull({ head: BRANCH, title: TITLE, author: AUTHOR });
  stage.terminal.heading(`${AUTHOR} opens ${repository.fullName}#${number}: ${TITLE}; ${REVIEWER} approves`);
  await governed(stage, repository, head);
  await repository.reviews.approve(number, REVIEWER);
  return { repository, number, branch: BRANCH, title: TITLE, head };
}
