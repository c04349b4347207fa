/** What reviewers do. Each review is bound to the head of its moment. */
import { z } from 'zod';
import type { LocalGitHub, LocalGitHubParts } from './local-github.ts';
import { trackedPull } from './pull-actions.ts';

const identified = z.object({ id: z.int() });

export class ReviewActions {
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

  /** Gives the review's id, as the next two do. */
  approve(number: number, login: string): Promise<number> {
    return this.#review(number, login, { event: 'APPROVE' });
  }

  requestChanges(number: number, login: string, body = 'Please change this.'): Promise<number> {
    return this.#review(number, login, { event: 'REQUEST_CHANGES', body });
  }

  comment(number: number, login: string, body = 'I see.'): Promise<number> {
    return this.#review(number, login, { event: 'COMMENT', body });
  }

  async dismiss(number: number, review: number, login = this.#owner): Promise<void> {
    const path = `/repos/${this.#repository}/pulls/${number}/reviews/${review}/dismissals`;
    await this.#github.as(login, 'PUT', path, { message: 'Dismissed.' });
  }

  /** Starts a conversation on a file. Gives its id. */
  startThread(number: number, path: string): string {
    return this.#parts.threads.start(trackedPull(this.#parts, this.#repository, number), path).id;
  }

  async resolveThread(number: number, id: string, login = this.#owner): Promise<void> {
    const pull = trackedPull(this.#parts, this.#repository, number);
    const thread = this.#parts.threads.open(pull).find((one) => one.id === id);
    if (!thread) throw new Error(`${this.#repository}#${number} has no open conversation ${id}.`);
    thread.resolved = true;
    await this.#parts.announcements.thread('resolved', pull, id, login);
  }

  async #review(number: number, login: string, body: Record<string, string>): Promise<number> {
    const path = `/repos/${this.#repository}/pulls/${number}/reviews`;
    return identified.parse(await this.#github.as(login, 'POST', path, body)).id;
  }
}
