/** The REST API: what GitHub has and emulate has not is answered here, the rest by emulate, and completed. */
import { z } from 'zod';
import { forAllRuns, selectRuns } from './check-run-list.ts';
import type { Checks } from './checks.ts';
import type { Credentials } from './credentials.ts';
import type { Deliveries } from './deliveries.ts';
import { dress } from './dress.ts';
import type { Emulator } from './emulator.ts';
import { fixPermission, refuseUnmodelled } from './fixed-answers.ts';
import type { Graphql } from './graphql.ts';
import type { Hosting } from './hosting.ts';
import { type ApiAnswer, type ApiRequest, BAD_CREDENTIALS, NOT_FOUND } from './http.ts';
import type { PullViews } from './merges/view.ts';
import { isTold, newBase, type PullEdits } from './pull-edits.ts';
import type { Pulls, TrackedPull } from './pulls.ts';
import type { Reactions } from './reactions.ts';
import { asReview } from './review-rules.ts';
import type { Router } from './routes.ts';
import type { BranchRules } from './rules/branch-rules.ts';

export interface ApiParts {
  readonly emulator: Emulator;
  readonly credentials: Credentials;
  readonly deliveries: Deliveries;
  readonly hosting: Hosting;
  readonly pulls: Pulls;
  readonly checks: Checks;
  readonly reactions: Reactions;
  readonly branchRules: BranchRules;
  readonly edits: PullEdits;
}

interface AnsweringParts extends ApiParts {
  readonly url: string;
  readonly router: Router;
  readonly graphql: Graphql;
  readonly views: PullViews;
  /** Told of an edit that changed nothing but the base. */
  readonly onNewBase: (pull: TrackedPull, sender: string) => Promise<void>;
}

const repository = z.object({ full_name: z.string(), fork: z.boolean() });
const comment = z.object({ id: z.int(), body: z.string() });

const REPOSITORY = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/;

export class Api {
  readonly #parts: AnsweringParts;
  /** The last two bodies of each comment: webhooks about edits tell both. */
  readonly #bodies = new Map<number, { now: string; before: string }>();
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(parts: AnsweringParts) {
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

  get edits(): PullEdits {
    return this.#parts.edits;
  }

  previousBody(commentId: number): string {
    return this.#bodies.get(commentId)?.before ?? '';
  }

  async #answer(request: ApiRequest): Promise<ApiAnswer> {
    const { credentials, hosting } = this.#parts;
    if (!credentials.isTaken(request.token)) return BAD_CREDENTIALS;
    if (credentials.isUninstalled(request) || this.#asksForRemovedApp(request)) return NOT_FOUND;
    const name = REPOSITORY.exec(request.path)?.[1] ?? '';
    if (name !== '' && hosting.isGone(name)) return NOT_FOUND;
    return (await this.#ownAnswer(request)) ?? this.#emulatedAnswer(request, name);
  }

  /** Emulate keeps an installation that was removed. */
  #asksForRemovedApp({ path }: ApiRequest): boolean {
    const { credentials, emulator } = this.#parts;
    const owner = /^\/repos\/([^/]+)\/[^/]+\/installation$/.exec(path)?.[1] ?? '';
    const installation = emulator.installations.get(owner);
    return installation !== undefined && credentials.isGone(installation);
  }

  async #emulatedAnswer(request: ApiRequest, repository: string): Promise<ApiAnswer> {
    const { credentials, edits, emulator, hosting, pulls, url, views } = this.#parts;
    const actor = credentials.actor(request.token);
    const completed = asReview(forAllRuns(request), actor, pulls);
    if ('status' in completed) return completed;
    const edited = edits.edited(request);
    if (edited) edits.note(edited, request, (await hosting.asOwner(repository)('GET', request.path)).body);
    const asked = await emulator.ask(completed);
    const answer = fixPermission(request, asked, (login) => emulator.tokens.has(login));
    await this.#observe(request, answer);
    const body = dress(answer.body, { ...this.#parts, pushedAt: hosting.pushedAt }, repository);
    if (answer.status !== 200) return { ...answer, body };
    return selectRuns(request, { ...answer, body: await views.complete(request, actor, body) }, url);
  }

  async #ownAnswer(request: ApiRequest): Promise<ApiAnswer | null> {
    const { credentials, deliveries, graphql, reactions, checks, router } = this.#parts;
    const actor = credentials.actor(request.token);
    const ready =
      (await graphql.answer(request, actor)) ??
      (await router.answer(request)) ??
      (await this.#leftBehind(request)) ??
      refuseUnmodelled(request) ??
      checks.answer(request);
    if (ready) return ready;
    if (request.path.startsWith('/app/hook/'))
      return (await this.#refusal(request, '/app')) ?? deliveries.answer(request);
    const commentPath = reactions.commentPath(request);
    if (commentPath === null) return null;
    if (!actor) return BAD_CREDENTIALS;
    return (await this.#refusal(request, commentPath)) ?? reactions.answer(request, actor);
  }

  /** Deletes a fork whose pull requests stay: emulate would lose them with it. Null: another request. */
  async #leftBehind(request: ApiRequest): Promise<ApiAnswer | null> {
    const { credentials, hosting, pulls, router } = this.#parts;
    const [, name = '', rest] = request.method === 'DELETE' ? (REPOSITORY.exec(request.path) ?? []) : [];
    const left = pulls.from(name).filter(({ repository }) => repository !== name);
    if (rest !== undefined || left.length === 0) return null;
    const actor = credentials.actor(request.token);
    const refusal = await router.access.refusal(request, actor, name, ['administration', 'write']);
    if (refusal) return refusal;
    for (const pull of left) pull.headGone = true;
    hosting.remove(name);
    return { status: 204, body: null };
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
    const [, name = '', rest] = REPOSITORY.exec(request.path) ?? [];
    await this.#observeBase(request);
    if (request.method === 'POST' && rest === '/pulls') await hosting.linkHead(pulls.track(answer.body));
    if (request.method === 'DELETE' && name !== '' && rest === undefined) hosting.remove(name);
    if (request.method !== 'POST' || (request.path !== '/user/repos' && rest !== '/forks')) return;
    const created = repository.parse(answer.body);
    await hosting.create(created.full_name, created.fork ? name : null);
  }

  async #observeBase(request: ApiRequest): Promise<void> {
    const { credentials, edits, hosting, onNewBase } = this.#parts;
    const pull = edits.edited(request);
    const base = pull && newBase(request);
    if (!pull || base === null) return;
    pull.baseRef = base;
    pull.baseSha = (await hosting.bare(pull.repository).sha(`refs/heads/${base}`)) ?? pull.baseSha;
    if (!isTold(request)) await onNewBase(pull, credentials.actor(request.token)?.login ?? '');
  }
}
