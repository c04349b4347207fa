/** The part of GitHub's GraphQL that Codex asks, with its names and limits, answered by a real GraphQL executor. */
import { buildSchema, graphql } from 'graphql';
import { z } from 'zod';
import { type Access, NOT_ACCESSIBLE } from './access.ts';
import type { Actor } from './credentials.ts';
import { type ApiAnswer, type ApiRequest, BAD_CREDENTIALS, objectAt, toJson } from './http.ts';
import type { Pulls, TrackedPull } from './pulls.ts';
import type { Threads } from './threads.ts';

const SCHEMA = buildSchema(`
  type Query { viewer: User! repository(owner: String!, name: String!): Repository }
  type User { login: String! }
  type Repository { pullRequest(number: Int!): PullRequest }
  type PullRequest {
    number: Int!
    headRefOid: String!
    reviewThreads(first: Int, after: String): PullRequestReviewThreadConnection!
  }
  type PullRequestReviewThreadConnection {
    totalCount: Int!
    nodes: [PullRequestReviewThread]
    pageInfo: PageInfo!
  }
  type PullRequestReviewThread { id: ID! isResolved: Boolean! path: String! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
`);

const asked = z.object({ query: z.string(), variables: z.record(z.string(), z.json()).nullish() });

export class Graphql {
  readonly #pulls: Pulls;
  readonly #threads: Threads;
  readonly #access: Access;

  constructor(pulls: Pulls, threads: Threads, access: Access) {
    this.#pulls = pulls;
    this.#threads = threads;
    this.#access = access;
  }

  /** `POST /graphql`; null: another path. */
  async answer(request: ApiRequest, actor: Actor | null): Promise<ApiAnswer | null> {
    if (request.path !== '/graphql') return null;
    if (actor === null) return BAD_CREDENTIALS;
    const { query, variables } = asked.parse(request.body);
    const rootValue = {
      viewer: { login: actor.login },
      repository: (of: { owner: string; name: string }) => this.#repository(request, actor, of),
    };
    const variableValues = variables ?? {};
    const result = await graphql({ schema: SCHEMA, source: query, rootValue, variableValues });
    return { status: 200, body: toJson(result) };
  }

  async #repository(request: ApiRequest, actor: Actor, { owner, name }: { owner: string; name: string }) {
    const repository = `${owner}/${name}`;
    const refusal = await this.#access.refusal(request, actor, repository, ['pull_requests', 'read']);
    if (refusal === NOT_ACCESSIBLE) throw new Error(String(objectAt({ ...refusal }, 'body').message));
    if (refusal) throw new Error(`Could not resolve to a Repository with the name '${repository}'.`);
    return {
      pullRequest: ({ number }: { number: number }) => {
        const pull = this.#pulls.get(repository, number);
        if (!pull) throw new Error(`Could not resolve to a PullRequest with the number of ${number}.`);
        return {
          number,
          headRefOid: pull.headSha,
          reviewThreads: (page: Slice) => this.#threadsOf(pull, page),
        };
      },
    };
  }

  #threadsOf(pull: TrackedPull, { first, after }: Slice) {
    if (first === undefined) throw new Error('You must provide a `first` or `last` value to paginate.');
    if (first > 100) throw new Error('Requesting more than 100 records on the connection exceeds the limit.');
    const all = this.#threads.of(pull);
    const start = after ? all.findIndex(({ id }) => id === after) + 1 : 0;
    const nodes = all.slice(start, start + first);
    return {
      totalCount: all.length,
      nodes: nodes.map(({ id, path, resolved }) => ({ id, path, isResolved: resolved })),
      pageInfo: { hasNextPage: start + first < all.length, endCursor: nodes.at(-1)?.id ?? null },
    };
  }
}

interface Slice {
  readonly first?: number;
  readonly after?: string | null;
}
