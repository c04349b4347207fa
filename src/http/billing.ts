import type { IncomingMessage } from 'node:http';
import { answerPage, redirect } from './page.ts';
import type { Route } from './router.ts';

interface Html {
  readonly status: number;
  readonly html: string;
}

export interface BillingPages {
  /** Opens Checkout or the portal for whom the query's token is for. Never rejects. */
  visit(
    purpose: 'checkout' | 'portal',
    query: URLSearchParams,
  ): Promise<{ readonly location: string } | Html>;
  readonly done: Html;
  readonly canceled: Html;
}

/** Where Codex's links to Stripe begin, and where Stripe sends people back to. */
export function billingRoutes({ visit, done, canceled }: BillingPages): Route[] {
  return [
    visits('checkout', visit),
    visits('portal', visit),
    still('/billing/done', done),
    still('/billing/canceled', canceled),
  ];
}

function visits(purpose: 'checkout' | 'portal', visit: BillingPages['visit']): Route {
  return {
    method: 'GET',
    path: `/billing/${purpose}`,
    async handle(request, response) {
      // What only looks whether a link works must not open a session.
      if (request.method === 'HEAD') return answerPage(response, 200, '');
      const visited = await visit(purpose, queryOf(request));
      if ('location' in visited) redirect(response, visited.location);
      else answerPage(response, visited.status, visited.html);
    },
  };
}

function still(path: string, { status, html }: Html): Route {
  return { method: 'GET', path, handle: async (_request, response) => answerPage(response, status, html) };
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start));
}
