/** A pull request as GitHub computes it when it is asked for one: mergeability, its files and commits. */
import type { Actor } from '../credentials.ts';
import { type ApiAnswer, type ApiRequest, isObject, type Json, type JsonObject, NOT_FOUND } from '../http.ts';
import { listed } from '../pages.ts';
import type { TrackedPull } from '../pulls.ts';
import type { Asked, Route } from '../routes.ts';
import { standingOf } from '../rules/standing.ts';
import { type Demands, mergeViolations, type Standing } from '../rules/violations.ts';
import type { MergeParts } from './merges.ts';
import { baseOf, changedFiles, commitsOf, prospectOf } from './prospect.ts';

const ONE = /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)$/;
const LIST = /^\/repos\/[^/]+\/[^/]+\/pulls$/;
/** GitHub gives no more, page by page or not. */
const [MOST_FILES, MOST_COMMITS] = [3000, 250];
/** What a list does not say. */
const ONLY_OF_ONE = [
  ...['merged', 'mergeable', 'mergeable_state', 'rebaseable', 'merged_by', 'comments', 'review_comments'],
  ...['commits', 'additions', 'deletions', 'changed_files', 'maintainer_can_modify'],
];

export class PullViews {
  readonly routes: readonly Route[];
  readonly #parts: MergeParts;
  readonly #origin: string;
  readonly #unknownReads = new Map<TrackedPull, number>();

  constructor(parts: MergeParts, origin: string) {
    this.#parts = parts;
    this.#origin = origin;
    const needs = ['pull_requests', 'read'] as const;
    this.routes = [
      { method: 'GET', path: '/pulls/:number/files', needs, answer: (asked) => this.#files(asked) },
      { method: 'GET', path: '/pulls/:number/commits', needs, answer: (asked) => this.#commits(asked) },
    ];
  }

  /** Mergeability is not computed yet for the next `reads` reads; Infinity: ever. */
  keepUnknown(pull: TrackedPull, reads: number): void {
    this.#unknownReads.set(pull, reads);
  }

  /** Emulate's answer about one pull request, or several, as GitHub computes it for this actor. */
  async complete(request: ApiRequest, actor: Actor | null, body: Json): Promise<Json> {
    if (request.method !== 'GET') return body;
    if (LIST.test(request.path) && Array.isArray(body)) return body.map(withoutOnlyOfOne);
    const [, repository = '', number] = ONE.exec(request.path) ?? [];
    const pull = this.#parts.pulls.get(repository, Number(number));
    if (!pull || !actor || !isObject(body)) return body;
    return { ...body, ...(await this.#counts(pull)), ...(await this.#mergeability(pull, body, actor)) };
  }

  async #counts(pull: TrackedPull): Promise<JsonObject> {
    if (pull.merged) return {};
    const bare = this.#parts.hosting.bare(pull.repository);
    const files = await changedFiles(bare, pull.baseRef, pull.headSha);
    return {
      changed_files: files.length,
      additions: files.reduce((sum, { additions }) => sum + additions, 0),
      deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
      commits: (await commitsOf(bare, pull.baseRef, pull.headSha)).length,
    };
  }

  async #mergeability(pull: TrackedPull, shown: JsonObject, actor: Actor): Promise<JsonObject> {
    const reads = this.#unknownReads.get(pull) ?? 0;
    this.#unknownReads.set(pull, Math.max(0, reads - 1));
    if (shown.state !== 'open' || reads > 0) return {};
    const { branchRules, hosting } = this.#parts;
    const bare = hosting.bare(pull.repository);
    if ((await baseOf(bare, pull.baseRef, pull.headSha)) === null) return {};
    const { tree } = await prospectOf(bare, pull.baseRef, pull.headSha);
    if (tree === null) return { mergeable: false, mergeable_state: 'dirty' };
    const demands = await branchRules.demands(pull.repository, pull.baseRef, actor, 'merge');
    const state = stateOf(shown.draft === true, demands, await standingOf(this.#parts, pull));
    return { mergeable: true, mergeable_state: state };
  }

  async #files({ request, repository, at }: Asked): Promise<ApiAnswer> {
    const pull = this.#parts.pulls.get(repository, Number(at('number')));
    if (!pull) return NOT_FOUND;
    const files = await changedFiles(this.#parts.hosting.bare(repository), pull.baseRef, pull.headSha);
    const all = files
      .slice(0, MOST_FILES)
      .map((file) => ({ ...file, changes: file.additions + file.deletions }));
    return listed(all, request, this.#origin);
  }

  async #commits({ request, repository, at }: Asked): Promise<ApiAnswer> {
    const { pulls, hosting } = this.#parts;
    const pull = pulls.get(repository, Number(at('number')));
    if (!pull) return NOT_FOUND;
    const shas = await commitsOf(hosting.bare(repository), pull.baseRef, pull.headSha);
    const ask = hosting.asOwner(repository);
    const all = await Promise.all(
      shas.slice(0, MOST_COMMITS).map((sha) => ask('GET', `/repos/${repository}/commits/${sha}`)),
    );
    return listed(
      all.map(({ body }) => body),
      request,
      this.#origin,
    );
  }
}

function stateOf(draft: boolean, demands: Demands, standing: Standing): string {
  if (draft) return 'draft';
  if (demands.upToDate && !standing.upToDate) return 'behind';
  if (mergeViolations(demands, standing).length > 0) return 'blocked';
  const well = standing.contexts.every(({ result }) =>
    ['success', 'neutral', 'skipped'].includes(result ?? ''),
  );
  return well ? 'clean' : 'unstable';
}

function withoutOnlyOfOne(value: Json): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !ONLY_OF_ONE.includes(key)));
}
