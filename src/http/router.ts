import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from './answer.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handle: Handle;
}

/** Answers every request: by the route of its path, else 404 or 405. Routes match exact paths. */
export function createRouter(routes: readonly Route[]): Handle {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  return async (request, response) => {
    const route = byPath.get(pathOf(request.url ?? ''));
    if (!route) return answer(response, 404, { error: 'There is nothing at this path.' });
    if (!allows(route, request.method)) {
      const allow = route.method === 'GET' ? 'GET, HEAD' : route.method;
      return answer(response, 405, { error: `Use ${allow}.` }, { allow });
    }
    await route.handle(request, response);
  };
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function allows(route: Route, method: string | undefined): boolean {
  return method === route.method || (method === 'HEAD' && route.method === 'GET');
}
