/** Reactions to comments of issues and pull requests, which emulate does not have. */
import { z } from 'zod';
import type { Actor } from './credentials.ts';
import { type ApiAnswer, type ApiRequest, type JsonObject, refused } from './http.ts';

const CONTENTS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
const body = z.object({ content: z.enum(CONTENTS) });
const PATH = /^(\/repos\/[^/]+\/[^/]+\/issues\/comments\/(\d+))\/reactions$/;

interface Reaction {
  readonly id: number;
  readonly comment: number;
  readonly login: string;
  readonly content: string;
}

export class Reactions {
  readonly #all: Reaction[] = [];

  /** The path of the comment that a request about reactions is about; null for other requests. */
  commentPath(request: ApiRequest): string | null {
    return PATH.exec(request.path)?.[1] ?? null;
  }

  answer(request: ApiRequest, actor: Actor): ApiAnswer {
    const comment = Number(PATH.exec(request.path)?.[2]);
    if (request.method === 'GET') return { status: 200, body: this.on(comment).map(shown) };
    if (actor.installation !== null && actor.permissions.issues !== 'write') {
      return { status: 403, body: { message: 'Resource not accessible by integration' } };
    }
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return refused(z.prettifyError(parsed.error));
    const { content } = parsed.data;
    const known = this.on(comment).find((one) => one.login === actor.login && one.content === content);
    if (known) return { status: 200, body: shown(known) };
    const reaction = { id: this.#all.length + 1, comment, login: actor.login, content };
    this.#all.push(reaction);
    return { status: 201, body: shown(reaction) };
  }

  on(comment: number): Reaction[] {
    return this.#all.filter((reaction) => reaction.comment === comment);
  }

  /** The part of a comment that counts its reactions. */
  summary(comment: number): JsonObject {
    const reactions = this.on(comment);
    const counts = CONTENTS.map((name) => [name, reactions.filter(({ content }) => content === name).length]);
    return { total_count: reactions.length, ...Object.fromEntries(counts) };
  }
}

function shown({ id, login, content }: Reaction): JsonObject {
  return { id, content, user: { login } };
}
