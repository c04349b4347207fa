/** What is answered here and not by emulate, as tables of routes: path, what it takes to be allowed, the answer. */
import type { Access, Need } from './access.ts';
import type { Actor, Credentials } from './credentials.ts';
import { type ApiAnswer, type ApiRequest, BAD_CREDENTIALS } from './http.ts';

export interface Asked {
  readonly request: ApiRequest;
  readonly actor: Actor;
  /** `owner/name`. */
  readonly repository: string;
  /** What stands in the path for this name, decoded. */
  readonly at: (name: string) => string;
}

export interface Route {
  readonly method: string;
  /** After `/repos/{owner}/{name}`; `:name` is one segment, `:name+` is one or more. */
  readonly path: string;
  readonly needs: Need;
  readonly answer: (asked: Asked) => ApiAnswer | Promise<ApiAnswer>;
}

export class Router {
  readonly #routes: readonly (Route & { readonly pattern: RegExp })[];
  readonly access: Access;
  readonly #credentials: Credentials;

  constructor(routes: readonly Route[], access: Access, credentials: Credentials) {
    this.#routes = routes.map((route) => ({ ...route, pattern: patternOf(route.path) }));
    this.access = access;
    this.#credentials = credentials;
  }

  /** Null: none of the routes is asked. */
  async answer(request: ApiRequest): Promise<ApiAnswer | null> {
    for (const { method, pattern, needs, answer } of this.#routes) {
      const groups = method === request.method ? pattern.exec(request.path)?.groups : undefined;
      if (!groups) continue;
      const at = (name: string) => decodeURIComponent(groups[name] ?? '');
      const repository = at('repository');
      const actor = this.#credentials.actor(request.token);
      const refusal = await this.access.refusal(request, actor, repository, needs);
      if (refusal) return refusal;
      return actor ? answer({ request, actor, repository, at }) : BAD_CREDENTIALS;
    }
    return null;
  }
}

function patternOf(path: string): RegExp {
  const rest = path
    .replaceAll(/:(\w+)\+/g, '(?<$1>.+)')
    .replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')
    .replaceAll('(?<number>[^/]+)', '(?<number>\\d+)');
  return new RegExp(`^/repos/(?<repository>[^/]+/[^/]+)${rest}$`);
}
