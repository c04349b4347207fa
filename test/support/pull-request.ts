/** A pull request as people meet it: they push and comment, and see reactions, check runs and one comment. */
import { isPlanCheck } from '../../src/plan/check-names.ts';
import type { World } from './codex.ts';
import type { Files } from './local-github/bare-repository.ts';
import type { LocalGitHub } from './local-github/local-github.ts';
import type { LocalCheckRun, LocalRepository } from './local-github/repository.ts';

export class PullRequest {
  readonly repository: LocalRepository;
  readonly number: number;
  readonly branch: string;
  #head: string;
  readonly #github: LocalGitHub;

  constructor(
    github: LocalGitHub,
    of: { repository: LocalRepository; number: number; branch: string; head: string },
  ) {
    this.#github = github;
    this.repository = of.repository;
    this.number = of.number;
    this.branch = of.branch;
    this.#head = of.head;
  }

  get head(): string {
    return this.#head;
  }

  async push(files: Files): Promise<string> {
    this.#head = await this.repository.push(this.branch, files);
    return this.#head;
  }

  /** Gives the comment's id. */
  say(body: string, login = 'acme'): Promise<number> {
    return this.repository.comment(this.number, login, body);
  }

  /** Comments, waits for the last reaction, and looks at what stands there then. */
  async command(body: string, login = 'acme') {
    const id = await this.say(body, login);
    const reactions = await this.reactionsTo(id);
    return { id, reactions, check: await this.lastCheck(), comment: await this.comment() };
  }

  /** The reactions to a comment, oldest first, once one of them tells an end. */
  reactionsTo(comment: number): Promise<string[]> {
    return this.#github.until(`the end of comment ${comment}`, () => {
      const reactions = this.repository.reactions(comment);
      return reactions.some((reaction) => reaction !== 'eyes') && reactions;
    });
  }

  /** The check runs of the plans of a commit, of all tests or of some, oldest first. */
  async checks(sha = this.#head): Promise<LocalCheckRun[]> {
    return (await this.repository.checkRuns(sha)).filter(({ name }) => isPlanCheck(name));
  }

  /** The newest check run of the head, whatever it says. */
  async lastCheck(): Promise<LocalCheckRun | undefined> {
    return (await this.checks()).at(-1);
  }

  /** The newest check run of a commit, once it is as `is` wants it. */
  check(what: string, is: (check: LocalCheckRun) => boolean, sha = this.#head): Promise<LocalCheckRun> {
    return this.#github.until(what, async () => (await this.checks(sha)).reverse().find(is));
  }

  /** The verdict on a commit. */
  verdict(sha = this.#head): Promise<LocalCheckRun> {
    return this.check(`a verdict on ${sha.slice(0, 7)}`, ({ status }) => status === 'completed', sha);
  }

  /** What Codex wrote: its one comment, or nothing. */
  async comment(): Promise<string> {
    const written = (await this.repository.comments(this.number)).filter(
      ({ user }) => user.login === this.#github.botLogin,
    );
    if (written.length > 1) throw new Error(`Codex wrote ${written.length} comments.`);
    return written[0]?.body ?? '';
  }

  /** Codex's one comment, once it says this. */
  commentWith(words: string): Promise<string> {
    return this.#github.until(`a comment with "${words}"`, async () => {
      const comment = await this.comment();
      return comment.includes(words) && comment;
    });
  }
}

/** A new repository of acme with these files on `main`, and a pull request that changes it. */
export async function openPull(
  { github }: Pick<World, 'github'>,
  name: string,
  { main, change }: { readonly main: Files; readonly change: Files },
): Promise<PullRequest> {
  const repository = await github.createRepository('acme', name, { private: true });
  await repository.push('main', main);
  return openAnother(github, repository, 'change', change);
}

/** One more pull request of a repository, from a new branch. */
export async function openAnother(
  github: LocalGitHub,
  repository: LocalRepository,
  branch: string,
  change: Files,
): Promise<PullRequest> {
  const head = await repository.push(branch, change);
  const number = await repository.openPull({ head: branch });
  return new PullRequest(github, { repository, number, branch, head });
}
