import type { LocalRepository } from '../../../test/support/local-github/repository.ts';
import { projectFiles } from '../project.ts';
import { AUTHOR, type Stage } from '../stage.ts';
import { governed } from './check-run.ts';

const BRANCH = 'feature/BOT-7-threshold';
const TITLE = 'Ignore crossovers smaller than a threshold';
const BODY = `Averages that touch for a day cost fees and mean nothing.

<!-- Say why, not what. -->`;

export interface PullRequest {
  readonly repository: LocalRepository;
  readonly number: number;
  readonly branch: string;
  readonly title: string;
  /** SHA of the commit with the bug. */
  readonly head: string;
}

/** A pull request with a bug in it. */
export async function openPullRequest(stage: Stage, repository: LocalRepository): Promise<PullRequest> {
  const { terminal } = stage;
  const change = await projectFiles('change');
  const head = await repository.push(BRANCH, change, { author: AUTHOR, message: TITLE });
  const number = await repository.openPull({ head: BRANCH, title: TITLE, author: AUTHOR, body: BODY });

  terminal.heading(`${AUTHOR} opens ${repository.fullName}#${number}: ${TITLE}`);
  terminal.fact(
    'branch',
    `${BRANCH} at ${head.slice(0, 7)} adds an option and its test, and gets a sign wrong:`,
  );
  terminal.line(terminal.style('red', '  -        elif before >= 0 > now:'));
  terminal.line(terminal.style('green', '  +        elif before >= 0 and now > -threshold:'));
  await governed(stage, repository, head);
  return { repository, number, branch: BRANCH, title: TITLE, head };
}
