/** What people do to a pull request besides opening and closing it, and what a test makes happen to it. */
import type { Files } from './bare-repository.ts';
import type { LocalGitHub, LocalGitHubParts } from './local-github.ts';
import type { TrackedPull } from './pulls.ts';

export class PullActions {
  readonly #repository: string;
  readonly #owner: string;
  readonly #github: LocalGitHub;
  readonly #parts: LocalGitHubParts;

  constructor(repository: string, owner: string, github: LocalGitHub, parts: LocalGitHubParts) {
    this.#repository = repository;
    this.#owner = owner;
    this.#github = github;
    this.#parts = parts;
  }

  /** `pull_request.edited`, with the changes. */
  async edit(
    number: number,
    changes: { readonly title?: string; readonly body?: string; readonly base?: string },
    login = this.#owner,
  ): Promise<void> {
    await this.#github.as(login, 'PATCH', this.#path(number), { ...changes });
  }

  async reopen(number: number, login = this.#owner): Promise<void> {
    await this.#github.as(login, 'PATCH', this.#path(number), { state: 'open' });
  }

  async convertToDraft(number: number, login = this.#owner): Promise<void> {
    await this.#github.as(login, 'PATCH', this.#path(number), { draft: true });
    await this.#announce(number, 'converted_to_draft', login);
  }

  async markReady(number: number, login = this.#owner): Promise<void> {
    await this.#github.as(login, 'PATCH', this.#path(number), { draft: false });
    await this.#announce(number, 'ready_for_review', login);
  }

  async label(number: number, name: string, login = this.#owner): Promise<void> {
    const path = `/repos/${this.#repository}/issues/${number}/labels`;
    await this.#github.as(login, 'POST', path, { labels: [name] });
    await this.#announce(number, 'labeled', login, name);
  }

  async unlabel(number: number, name: string, login = this.#owner): Promise<void> {
    const path = `/repos/${this.#repository}/issues/${number}/labels/${encodeURIComponent(name)}`;
    await this.#github.as(login, 'DELETE', path);
    await this.#announce(number, 'unlabeled', login, name);
  }

  /** Somebody squashes it by hand, with GitHub's button. Gives the commit's SHA. */
  async merge(number: number, login = this.#owner): Promise<string> {
    await this.#github.as(login, 'PUT', `${this.#path(number)}/merge`, { merge_method: 'squash' });
    return this.#tracked(number).merged?.sha ?? '';
  }

  /** GitHub's own fault: a pull request that was merged is shown as open again. Its commit stays in the base. */
  async reopenMerged(number: number): Promise<void> {
    this.#tracked(number).merged = null;
    await this.reopen(number);
  }

  /** GitHub has not computed the mergeability for the next `reads` reads; Infinity: it never will. */
  keepMergeabilityUnknown(number: number, reads: number): void {
    this.#parts.views.keepUnknown(this.#tracked(number), reads);
  }

  /** The next merge is overtaken: between its checks and its landing, these files are pushed to `branch`. */
  pushDuringNextMerge(branch: string, files: Files): void {
    this.#race(branch, files, false);
  }

  /** GitHub's own fault: the next merge lands on what was pushed to its base after its checks. */
  landNextOnWhatIsPushed(base: string, files: Files): void {
    this.#race(base, files, true);
  }

  #race(branch: string, files: Files, unnoticed: boolean): void {
    const { hosting, merges } = this.#parts;
    const happens = async () => {
      const bare = hosting.bare(this.#repository);
      const ref = `refs/heads/${branch}`;
      const before = await bare.sha(ref);
      const after = await bare.commit(branch, files, { author: this.#owner });
      await hosting.pushed(this.#repository, [{ ref, before, after }], this.#owner);
    };
    merges.raceNext({ happens, unnoticed });
  }

  async #announce(number: number, action: string, login: string, label?: string): Promise<void> {
    const more = label === undefined ? {} : { label: { name: label } };
    await this.#parts.announcements.pull(action, this.#tracked(number), login, more);
  }

  #path(number: number): string {
    return `/repos/${this.#repository}/pulls/${number}`;
  }

  #tracked(number: number): TrackedPull {
    return trackedPull(this.#parts, this.#repository, number);
  }
}

/** The pull request of this number, which must be there. */
export function trackedPull({ pulls }: LocalGitHubParts, repository: string, number: number): TrackedPull {
  const pull = pulls.get(repository, number);
  if (!pull) throw new Error(`${repository} has no pull request ${number}.`);
  return pull;
}
