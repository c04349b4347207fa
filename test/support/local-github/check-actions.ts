/** What other CI reports about a commit: check runs of Apps that are not Codex, and statuses. */
import { z } from 'zod';
import type { CheckApp } from './checks.ts';
import { type Json, toJson } from './http.ts';
import type { LocalGitHub, LocalGitHubParts } from './local-github.ts';
import type { StatusBody } from './statuses.ts';

const identified = z.object({ id: z.int() });
/** GitHub Actions has this id on GitHub. */
export const ACTIONS: CheckApp = { id: 15368, slug: 'github-actions', name: 'GitHub Actions' };

export type Conclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required';

export class CheckActions {
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

  /** A check run of `app`; without a conclusion it runs until `complete`. Gives its id. */
  async run(sha: string, name: string, conclusion: Conclusion | null, app = ACTIONS): Promise<number> {
    const body = { name, head_sha: sha, app: { ...app }, status: 'in_progress' };
    const { id } = identified.parse(await this.#write('POST', '/check-runs', body));
    if (conclusion !== null) await this.complete(sha, id, conclusion, app);
    return id;
  }

  /** Ends a check run, and with it the App's check suite. */
  async complete(sha: string, id: number, conclusion: Conclusion, app = ACTIONS): Promise<void> {
    await this.#write('PATCH', `/check-runs/${id}`, { status: 'completed', conclusion });
    await this.#parts.announcements.suiteCompleted(this.#repository, sha, { app, conclusion });
  }

  async status(sha: string, status: StatusBody, login = this.#owner): Promise<void> {
    await this.#github.as(login, 'POST', `/repos/${this.#repository}/statuses/${sha}`, toJson(status));
  }

  #write(method: string, path: string, body: Json): Promise<Json> {
    return this.#github.as(this.#owner, method, `/repos/${this.#repository}${path}`, body);
  }
}
