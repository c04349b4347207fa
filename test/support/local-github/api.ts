/** The REST API: what GitHub has and emulate has not is answered here, the rest by emulate, and completed. */
import { z } from 'zod';
import type { Checks } from './checks.ts';
import type { Credentials } from './credentials.ts';
import type { Deliveries } from './deliveries.ts';
import { dress } from './dress.ts';
import type { Emulator } from './emulator.ts';
import { answerGraphql, fixPermission, refuseUnmodelled } from './fixed-answers.ts';
import type { Hosting } from './hosting.ts';
import { type ApiAnswer, type ApiRequest, BAD_CREDENTIALS, NOT_FOUND } from './http.ts';
import type { Pulls } from './pulls.ts';
import type { Reactions } from './reactions.ts';

export interface ApiParts {
  readonly emulator: Emulator;
  readonly credentials: Credentials;
  readonly deliveries: Deliveries;
  readonly hosting: Hosting;
  readonly pulls: Pulls;
  readonly checks: Checks;
  readonly reactions: Reactions;
}

const repository = z.object({ full_name: z.string(), fork: z.boolean() });
const comment = z.object({ id: z.int(), body: z.string() });

export class Api {
  readonly #parts: ApiParts;
  /** The last two bodies of each comment: webhooks about edits tell both. */
  readonly #bodies = new Map<number, { now: string; before: string }>();
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Resolves when the requests that are being answered now have had their effect. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#inFlight]);
  }

  answer(request: ApiRequest): Promise<ApiAnswer> {
    const answer = this.#answer(request);
    this.#inFlight.add(answer);
    const done = () => this.#inFlight.delete(answer);
    answer.then(done, done);
    return answer;
  }

  previousBody(commentId: number): string {
    return this.#bodies.get(commentId)?.before ?? '';
  }

  async #answer(request: ApiRequest): Promise<ApiAnswer> {
    const { credentials, emulator, hosting } = this.#parts;
    if (!credentials.isTaken(request.token)) return BAD_CREDENTIALS;
    if (credentials.isUninstalled(request)) return NOT_FOUND;
    const own = await this.#ownAnswer(request);
    if (own) return own;
    const asked = await emulator.ask(request);
    const answer = fixPermission(request, asked, (login) => emulator.tokens.has(login));
    await this.#observe(request, answer);
    const name = /^\/repos\/([^/]+\/[^/]+)/.exec(request.path)?.[1] ?? '';
    return { ...answer, body: dress(answer.body, { ...this.#parts, pushedAt: hosting.pushedAt }, name) };
  }

  async #ownAnswer(request: ApiRequest): Promise<ApiAnswer | null> {
    const { credentials, deliveries, reactions, checks } = this.#parts;
    const actor = credentials.actor(request.token);
    const ready = answerGraphql(request, actor) ?? refuseUnmodelled(request) ?? checks.answer(request);
    if (ready) return ready;
    if (request.path.startsWith('/app/hook/'))
      return (await this.#refusal(request, '/app')) ?? deliveries.answer(request);
    const commentPath = reactions.commentPath(request);
    if (commentPath === null) return null;
    if (!actor) return BAD_CREDENTIALS;
    return (await this.#refusal(request, commentPath)) ?? reactions.answer(request, actor);
  }

  /** Emulate's answer to the same caller's GET of `path`, unless it is 200. */
  async #refusal(request: ApiRequest, path: string): Promise<ApiAnswer | null> {
    const answer = await this.#parts.emulator.ask({ ...request, method: 'GET', url: path, path, body: null });
    return answer.status === 200 ? null : answer;
  }

  async #observe(request: ApiRequest, answer: ApiAnswer): Promise<void> {
    if (request.method === 'GET' || answer.status >= 300) return;
    this.#parts.credentials.observe(request, answer);
    this.#parts.checks.observe(request, answer);
    await this.#observeRepository(request, answer);
    if (/\/issues\/(comments\/\d+|\d+\/comments)$/.test(request.path) && answer.status !== 204) {
      const { id, body } = comment.parse(answer.body);
      this.#bodies.set(id, { now: body, before: this.#bodies.get(id)?.now ?? '' });
    }
  }

  async #observeRepository(request: ApiRequest, answer: ApiAnswer): Promise<void> {
    const { hosting, pulls } = this.#parts;
    const [, name = '', rest] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(request.path) ?? [];
    if (request.method === 'POST' && rest === '/pulls') await hosting.linkHead(pulls.track(answer.body));
    if (request.method === 'DELETE' && name !== '' && rest === undefined) hosting.remove(name);
    if (request.method !== 'POST' || (request.path !== '/user/repos' && rest !== '/forks')) return;
    const created = repository.parse(answer.body);
    await hosting.create(created.full_name, created.fork ? name : null);
  }
}
