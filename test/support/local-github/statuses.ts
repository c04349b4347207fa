/** Commit statuses, which emulate does not have. */
import { z } from 'zod';
import type { Hosting } from './hosting.ts';
import { type ApiAnswer, type JsonObject, NOT_FOUND, refused } from './http.ts';
import { listed, pageOf } from './pages.ts';
import type { Asked, Route } from './routes.ts';

const statusBody = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().default('default'),
  description: z.string().max(140).nullable().default(null),
  target_url: z.url().nullable().default(null),
});
export type StatusBody = z.input<typeof statusBody>;

export interface Status extends z.output<typeof statusBody> {
  readonly id: number;
  readonly sha: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly creator: string;
  /** ISO 8601. */
  readonly created_at: string;
}

export class Statuses {
  readonly routes: readonly Route[];
  readonly #all: Status[] = [];
  readonly #hosting: Hosting;
  readonly #origin: string;
  readonly #onStatus: (status: Status) => Promise<void>;

  /** `onStatus` is told of each new status. */
  constructor(hosting: Hosting, origin: string, onStatus: (status: Status) => Promise<void>) {
    this.#hosting = hosting;
    this.#origin = origin;
    this.#onStatus = onStatus;
    const [read, write] = [['statuses', 'read'] as const, ['statuses', 'write'] as const];
    this.routes = [
      { method: 'POST', path: '/statuses/:sha', needs: write, answer: (asked) => this.#create(asked) },
      { method: 'GET', path: '/commits/:ref+/status', needs: read, answer: (asked) => this.#combined(asked) },
      { method: 'GET', path: '/commits/:ref+/statuses', needs: read, answer: (asked) => this.#list(asked) },
    ];
  }

  /** The newest status of each context, newest first. */
  latest(repository: string, sha: string): Status[] {
    const seen = new Set<string>();
    return this.#on(repository, sha).filter(({ context }) => !seen.has(context) && seen.add(context));
  }

  #on(repository: string, sha: string): Status[] {
    return this.#all.filter((one) => one.repository === repository && one.sha === sha).reverse();
  }

  async #create({ request, repository, actor, at }: Asked): Promise<ApiAnswer> {
    const sha = await this.#hosting.bare(repository).sha(at('sha'));
    if (sha === null) return refused(`No commit found for SHA: ${at('sha')}`);
    const parsed = statusBody.safeParse(request.body);
    if (!parsed.success) return refused(z.prettifyError(parsed.error));
    const status = {
      ...parsed.data,
      ...{ id: this.#all.length + 1, sha, repository },
      ...{ creator: actor.login, created_at: new Date().toISOString() },
    };
    this.#all.push(status);
    await this.#onStatus(status);
    return { status: 201, body: shown(status) };
  }

  async #combined({ request, repository, at }: Asked): Promise<ApiAnswer> {
    const sha = await this.#hosting.bare(repository).sha(at('ref'));
    if (sha === null) return NOT_FOUND;
    const all = this.latest(repository, sha);
    const { items, headers } = pageOf(all, request, this.#origin);
    const url = `${this.#origin}${request.path}`;
    const body = { url, state: together(all), sha, total_count: all.length, statuses: items.map(shown) };
    return { status: 200, headers, body };
  }

  async #list({ request, repository, at }: Asked): Promise<ApiAnswer> {
    const sha = await this.#hosting.bare(repository).sha(at('ref'));
    return sha === null ? NOT_FOUND : listed(this.#on(repository, sha).map(shown), request, this.#origin);
  }
}

function together(statuses: readonly Status[]): string {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  if (statuses.length === 0 || statuses.some(({ state }) => state === 'pending')) return 'pending';
  return 'success';
}

function shown({ creator, repository, sha, ...status }: Status): JsonObject {
  return { ...status, updated_at: status.created_at, creator: { login: creator } };
}
