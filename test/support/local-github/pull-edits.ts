/** What an edit of a pull request changes: webhooks tell what was there before, and emulate does not. */
import { z } from 'zod';
import type { ApiRequest, JsonObject } from './http.ts';
import type { Pulls, TrackedPull } from './pulls.ts';

const PATH = /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)$/;
const edit = z.object({
  title: z.string().optional(),
  body: z.string().nullable().optional(),
  base: z.string().optional(),
});
const shown = z.object({ title: z.string(), body: z.string().nullable() });

export class PullEdits {
  readonly #pulls: Pulls;
  readonly #changes = new Map<TrackedPull, JsonObject>();

  constructor(pulls: Pulls) {
    this.#pulls = pulls;
  }

  /** The pull request that the request edits; null for other requests. */
  edited(request: ApiRequest): TrackedPull | null {
    const [, repository = '', number] = request.method === 'PATCH' ? (PATH.exec(request.path) ?? []) : [];
    return this.#pulls.get(repository, Number(number));
  }

  /** Notes what the request is about to change; `now` is the pull request before. */
  note(pull: TrackedPull, request: ApiRequest, now: unknown): void {
    const asked = edit.parse(request.body);
    const { title, body } = shown.parse(now);
    this.#changes.set(pull, {
      ...(asked.title !== undefined && asked.title !== title && { title: { from: title } }),
      ...(asked.body !== undefined && asked.body !== body && { body: { from: body } }),
      ...(asked.base !== undefined &&
        asked.base !== pull.baseRef && {
          base: { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } },
        }),
    });
  }

  /** Of the latest edit. */
  changes(pull: TrackedPull | null): JsonObject {
    return (pull && this.#changes.get(pull)) ?? {};
  }
}

/** The branch that the request makes the base; null: the base stays. */
export function newBase({ body }: ApiRequest): string | null {
  return edit.parse(body).base ?? null;
}

/** Whether emulate tells of this edit itself. */
export function isTold({ body }: ApiRequest): boolean {
  const { title, body: text } = edit.parse(body);
  return title !== undefined || text !== undefined;
}
