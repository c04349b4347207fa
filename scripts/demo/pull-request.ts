/** Pull requests of the demo, and what Codex shows on them. */
import type { LocalCheckRun, LocalRepository } from '../../test/support/local-github/repository.ts';
import { expectEqual } from './expectation.ts';
import { AUTHOR, type Stage } from './stage.ts';

export interface PullRequest {
  readonly repository: LocalRepository;
  readonly number: number;
  readonly branch: string;
  readonly title: string;
  /** SHA of its head. */
  readonly head: string;
}

interface Change {
  readonly branch: string;
  readonly title: string;
  /** Contents by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly author?: string;
  /** The description. */
  readonly body?: string;
}

/** Pushes a change as one commit and opens a pull request of it. */
export async function openPull(repository: LocalRepository, change: Change): Promise<PullRequest> {
  const { branch, title, files, author = AUTHOR, body } = change;
  const head = await repository.push(branch, files, { author, message: title });
  const number = await repository.openPull({
    head: branch,
    title,
    author,
    ...(body === undefined ? {} : { body }),
  });
  return { repository, number, branch, title, head };
}

/** The newest check run of this name on the head. */
export async function checkRun(
  { repository, head }: Pick<PullRequest, 'repository' | 'head'>,
  name: string,
): Promise<LocalCheckRun | undefined> {
  return (await repository.checkRuns(head)).findLast((run) => run.name === name);
}

/** Waits for codex/governance on a new head: it has to agree. */
export async function governed({ github, terminal }: Stage, pull: PullRequest): Promise<void> {
  const run = await github.until('codex/governance', async () => {
    const found = await checkRun(pull, 'codex/governance');
    return found?.status === 'completed' && found;
  });
  expectEqual('codex/governance', run.conclusion, 'success');
  terminal.fact('check run', `codex/governance ${run.conclusion}: ${run.output.title}`);
}

/** The text of Codex's comment: however many commands there were, there is one. */
export async function livingComment({ github }: Stage, { repository, number }: PullRequest): Promise<string> {
  const comments = await repository.comments(number);
  const ours = comments.filter(({ user }) => user.login === github.botLogin);
  expectEqual('The number of comments by Codex', ours.length, 1);
  return ours.map(({ body }) => body).join('');
}
