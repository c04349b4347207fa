/**
 * Brings the living comments on GitHub to what the database says. Each pull request has one comment, so its
 * updates follow one another; what is asked for while one runs is one more update after it.
 */
import { hash } from 'node:crypto';
import {
  type Answer,
  commentId,
  loadConversation,
  type ModelSources,
  type PullAddress,
  storeAnswer,
  storeCommentId,
} from './model.ts';
import { isEmpty, MARKER, renderConversation } from './render.ts';

export interface LivingComment {
  readonly marker: string;
  readonly body: string;
  readonly knownId: number | null;
}

export interface PublisherOptions extends ModelSources {
  /** Makes the pull request's comment with this marker read `body`; gives its id. */
  readonly upsertComment: (pull: PullAddress, comment: LivingComment) => Promise<number>;
}

/** Pull requests of which the last body is remembered. */
const REMEMBERED = 2_000;

export class ConversationPublisher {
  readonly #options: PublisherOptions;
  /** The latest update of each pull request that has one, and those of them that wait for the one before. */
  readonly #latest = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #shown = new Map<string, string>();

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the comment shows what the database held at the time of the call, or later. Rejects with what
   * GitHub's call failed with.
   */
  publish(pull: PullAddress): Promise<void> {
    const key = `${pull.repositoryId}#${pull.number}`;
    const waiting = this.#waiting.get(key);
    if (waiting) return waiting;
    const begin = (): Promise<void> => {
      this.#waiting.delete(key);
      return this.#bring(key, pull);
    };
    const running = this.#latest.get(key);
    const update = running ? running.then(begin, begin) : begin();
    if (running) this.#waiting.set(key, update);
    this.#latest.set(key, update);
    const end = (): void => {
      if (this.#latest.get(key) === update) this.#latest.delete(key);
    };
    update.then(end, end);
    return update;
  }

  /** Makes `answer` the pull request's last answer, and shows it. */
  answer(pull: PullAddress, answer: Answer): Promise<void> {
    storeAnswer(this.#options.db, pull, answer);
    return this.publish(pull);
  }

  async #bring(key: string, pull: PullAddress): Promise<void> {
    const conversation = loadConversation(this.#options, pull);
    if (isEmpty(conversation)) return;
    const body = renderConversation(conversation);
    const digest = hash('sha256', body);
    if (this.#shown.get(key) === digest) return;
    this.#shown.delete(key);
    const knownId = commentId(this.#options.db, pull);
    const id = await this.#options.upsertComment(pull, { marker: MARKER, body, knownId });
    if (id !== knownId) storeCommentId(this.#options.db, pull, id);
    this.#remember(key, digest);
  }

  #remember(key: string, digest: string): void {
    this.#shown.set(key, digest);
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > REMEMBERED && oldest !== undefined) this.#shown.delete(oldest);
  }
}
