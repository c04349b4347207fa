import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import { answer } from './answer.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handle: Handle;
}

/** Answers every request: by the route of its path, else 404 or 405. Routes match exact paths. Never rejects. */
export function createRouter(routes: readonly Route[], log: Log): Handle {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  return async (request, response) => {
    try {
      await handle(byPath.get(pathOf(request.url ?? '')), request, response);
    } catch (error) {
      log.error({ err: error, method: request.method }, 'request failed');
      if (response.headersSent) response.destroy();
      else answer(response, 500, { error: 'Something went wrong here; the log says what.' });
    }
  };
}

async function handle(
  route: Route | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!route) return answer(response, 404, { error: 'There is nothing at this path.' });
  if (allows(route, request.method)) return await route.handle(request, response);
  const allow = route.method === 'GET' ? 'GET, HEAD' : route.method;
  answer(response, 405, { error: `Use ${allow}.` }, { allow });
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function allows(route: Route, method: string | undefined): boolean {
  return method === route.method || (method === 'HEAD' && route.method === 'GET');
}
