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

interface Lane {
  readonly running: Promise<void>;
  next: Promise<void> | null;
}

/** Pull requests of which the last body is remembered. */
const REMEMBERED = 2_000;

export class ConversationPublisher {
  readonly #options: PublisherOptions;
  readonly #lanes = new Map<string, Lane>();
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
    const lane = this.#lanes.get(key);
    if (!lane) return this.#begin(key, pull);
    const begin = (): Promise<void> => this.#begin(key, pull);
    lane.next ??= lane.running.then(begin, begin);
    return lane.next;
  }

  /** Makes `answer` the pull request's last answer, and shows it. */
  answer(pull: PullAddress, answer: Answer): Promise<void> {
    storeAnswer(this.#options.db, pull, answer);
    return this.publish(pull);
  }

  #begin(key: string, pull: PullAddress): Promise<void> {
    const lane: Lane = { running: this.#bring(key, pull), next: null };
    this.#lanes.set(key, lane);
    const leave = (): void => {
      if (lane.next === null) this.#lanes.delete(key);
    };
    lane.running.then(leave, leave);
    return lane.running;
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
