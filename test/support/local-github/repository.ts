import { z } from 'zod';
import type { CommitOptions, Files } from './bare-repository.ts';
import { CheckActions } from './check-actions.ts';
import type { ApiAction, ApiAnnotation } from './checks.ts';
import { ownerOf } from './hosting.ts';
import type { LocalGitHub, LocalGitHubParts } from './local-github.ts';
import { PullActions } from './pull-actions.ts';
import { ReviewActions } from './review-actions.ts';
import { RuleActions } from './rule-actions.ts';

const numbered = z.object({ number: z.int() });
const identified = z.object({ id: z.int() });
const comments = z.array(
  z.object({ id: z.int(), body: z.string(), user: z.object({ login: z.string() }), updated_at: z.string() }),
);
const pull = z.object({
  number: z.int(),
  state: z.string(),
  head: z.object({ sha: z.string() }),
  base: z.object({ sha: z.string() }),
});
const runs = z.object({
  check_runs: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      head_sha: z.string(),
      external_id: z.string(),
      status: z.enum(['queued', 'in_progress', 'completed']),
      conclusion: z.string().nullable(),
      output: z.object({
        title: z.string().nullable(),
        summary: z.string().nullable(),
        text: z.string().nullable(),
      }),
    }),
  ),
});

/** A check run as it stands, whole. */
export type LocalCheckRun = z.infer<typeof runs>['check_runs'][number] & {
  readonly annotations: readonly ApiAnnotation[];
  readonly actions: readonly ApiAction[];
};

export type CollaboratorRole = 'read' | 'pull' | 'triage' | 'write' | 'push' | 'maintain' | 'admin';

/** One repository and what people do in it. Logins name who does it; the owner where none is asked for. */
export class LocalRepository {
  /** `owner/name`. */
  readonly fullName: string;
  readonly pulls: PullActions;
  readonly reviews: ReviewActions;
  readonly rules: RuleActions;
  readonly ci: CheckActions;
  readonly #github: LocalGitHub;
  readonly #parts: LocalGitHubParts;

  constructor(fullName: string, github: LocalGitHub, parts: LocalGitHubParts) {
    this.fullName = fullName;
    this.#github = github;
    this.#parts = parts;
    this.pulls = new PullActions(fullName, this.owner, github, parts);
    this.reviews = new ReviewActions(fullName, this.owner, github, parts);
    this.rules = new RuleActions(fullName, this.owner, github);
    this.ci = new CheckActions(fullName, this.owner, github, parts);
  }

  get owner(): string {
    return ownerOf(this.fullName);
  }

  /** The directory of the bare repository, for git commands of a test. */
  get directory(): string {
    return this.#parts.hosting.bare(this.fullName).directory;
  }

  /** A URL that `git push` takes, with this user's token in it. */
  pushUrl(login = this.owner): string {
    const { host } = new URL(this.#github.url);
    return `http://${login}:${this.#github.token(login)}@${host}/${this.fullName}.git`;
  }

  /** Pushes one commit that changes `files`; starts the branch at main's tip where it is new. Gives the SHA. */
  async push(branch: string, files: Files, options: CommitOptions = {}): Promise<string> {
    const bare = this.#parts.hosting.bare(this.fullName);
    const ref = `refs/heads/${branch}`;
    const before = await bare.sha(ref);
    const after = await bare.commit(branch, files, { author: this.owner, ...options });
    await this.#parts.hosting.pushed(this.fullName, [{ ref, before, after }], options.author ?? this.owner);
    await this.#parts.handover.settled();
    this.#parts.watch.changed();
    return after;
  }

  async deleteBranch(branch: string): Promise<void> {
    const bare = this.#parts.hosting.bare(this.fullName);
    const ref = `refs/heads/${branch}`;
    const before = await bare.sha(ref);
    await bare.git(['update-ref', '-d', ref]);
    await this.#parts.hosting.pushed(this.fullName, [{ ref, before, after: null }], this.owner);
  }

  /** The branch, the pull request's own ref and their commits are gone, and nobody is told of it. */
  async throwAwayHead(branch: string, pull: number): Promise<void> {
    const bare = this.#parts.hosting.bare(this.fullName);
    await bare.throwAway([`refs/heads/${branch}`, `refs/pull/${pull}/head`]);
  }

  async fork(login: string): Promise<LocalRepository> {
    await this.#github.as(login, 'POST', `/repos/${this.fullName}/forks`, {});
    return this.#github.repository(`${login}/${this.fullName.slice(this.owner.length + 1)}`);
  }

  /** Gives a person a role, by its name of today or by the API's older one (`push` is `write`, `pull` is `read`). */
  async allow(login: string, role: CollaboratorRole): Promise<void> {
    const permission = role === 'write' ? 'push' : role === 'read' ? 'pull' : role;
    await this.#asOwner('PUT', `/collaborators/${login}`, { permission });
  }

  async disallow(login: string): Promise<void> {
    await this.#asOwner('DELETE', `/collaborators/${login}`);
  }

  /** `head` is a branch, or `login:branch` of that user's fork. Gives the number. */
  async openPull(options: {
    readonly head: string;
    readonly base?: string;
    readonly title?: string;
    readonly author?: string;
    readonly draft?: boolean;
    readonly body?: string;
  }): Promise<number> {
    const { head, base = 'main', title = `Merge ${head}`, author = this.owner, draft = false } = options;
    const asked = { head, base, title, draft, body: options.body ?? null };
    return numbered.parse(await this.#github.as(author, 'POST', `/repos/${this.fullName}/pulls`, asked))
      .number;
  }

  async pull(number: number): Promise<z.infer<typeof pull>> {
    return pull.parse(await this.#asOwner('GET', `/pulls/${number}`));
  }

  async closePull(number: number): Promise<void> {
    await this.#asOwner('PATCH', `/pulls/${number}`, { state: 'closed' });
  }

  /** Gives the comment's id. */
  async comment(number: number, login: string, body: string): Promise<number> {
    const path = `/repos/${this.fullName}/issues/${number}/comments`;
    return identified.parse(await this.#github.as(login, 'POST', path, { body })).id;
  }

  async editComment(id: number, login: string, body: string): Promise<void> {
    await this.#github.as(login, 'PATCH', `/repos/${this.fullName}/issues/comments/${id}`, { body });
  }

  async deleteComment(id: number): Promise<void> {
    await this.#asOwner('DELETE', `/issues/comments/${id}`);
  }

  /** Every comment of a pull request, oldest first. */
  async comments(number: number): Promise<z.infer<typeof comments>> {
    return comments.parse(await this.#asOwner('GET', `/issues/${number}/comments?per_page=100`));
  }

  /** The contents of the reactions to a comment, oldest first. */
  reactions(commentId: number): string[] {
    return this.#parts.reactions.on(commentId).map((reaction) => reaction.content);
  }

  /** Every check run of a commit, oldest first. */
  async checkRuns(sha: string): Promise<LocalCheckRun[]> {
    const listed = runs.parse(
      await this.#asOwner('GET', `/commits/${sha}/check-runs?filter=all&per_page=100`),
    );
    return listed.check_runs
      .sort((a, b) => a.id - b.id)
      .map((run) => ({ ...run, ...this.#parts.checks.get(run.id) }));
  }

  /** Clicks one of Codex's buttons on a check run, which must be there. */
  async clickAction(checkRunId: number, identifier: string, login = this.owner): Promise<void> {
    const { actions } = this.#parts.checks.get(checkRunId);
    if (!actions.some((action) => action.identifier === identifier)) {
      throw new Error(`Check run ${checkRunId} has no button ${identifier}.`);
    }
    const payload = await this.#parts.events.checkRunClicked(this.fullName, checkRunId, identifier, login);
    this.#github.deliveries.give('check_run', payload);
  }

  /** Clicks GitHub's own *Re-run* on a check run. */
  async rerequestCheckRun(checkRunId: number, login = this.owner): Promise<void> {
    const payload = await this.#parts.events.checkRunClicked(this.fullName, checkRunId, null, login);
    this.#github.deliveries.give('check_run', payload);
  }

  /** Clicks GitHub's own *Re-run all checks* on a commit. */
  async rerequestSuite(sha: string, login = this.owner): Promise<void> {
    const payload = await this.#parts.events.suiteRerequested(this.fullName, sha, login);
    this.#github.deliveries.give('check_suite', payload);
  }

  async delete(): Promise<void> {
    await this.#asOwner('DELETE', '');
  }

  #asOwner(method: string, path: string, body: Parameters<LocalGitHub['as']>[3] = null) {
    return this.#github.as(this.owner, method, `/repos/${this.fullName}${path}`, body);
  }
}
