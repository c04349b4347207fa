import type { WebhookProvider } from '../inbox/provider.ts';
import { answer } from './answer.ts';
import { type ReadyCheck, readiness } from './ready.ts';
import type { Route } from './router.ts';
import { type WebhookDependencies, WebhookRoute } from './webhook.ts';

export interface RoutesOptions extends WebhookDependencies {
  readonly providers: readonly WebhookProvider[];
  readonly checks: readonly ReadyCheck[];
  readonly checkTimeoutMs: number;
  /** Routes of parts that are not always there. */
  readonly more?: readonly Route[];
}

/** Everything Codex answers over HTTP. */
export function createRoutes(options: RoutesOptions): Route[] {
  const { providers, more = [] } = options;
  const webhooks = providers.map((provider) => webhooksOf(provider, options));
  return [...webhooks, health(options), ready(options), metrics(options), ...more];
}

function webhooksOf(provider: WebhookProvider, options: RoutesOptions): Route {
  const route = new WebhookRoute(provider, options);
  return {
    method: 'POST',
    path: provider.path,
    handle: (request, response) => route.handle(request, response),
  };
}

function health({ now }: RoutesOptions): Route {
  const startedAt = now();
  return {
    method: 'GET',
    path: '/health',
    handle: async (_request, response) => {
      answer(response, 200, { status: 'ok', uptime_seconds: Math.floor((now() - startedAt) / 1000) });
    },
  };
}

function ready({ checks, checkTimeoutMs }: RoutesOptions): Route {
  return {
    method: 'GET',
    path: '/ready',
    handle: async (_request, response) => {
      const result = await readiness(checks, checkTimeoutMs);
      answer(response, result.status === 'ok' ? 200 : 503, { ...result });
    },
  };
}

function metrics({ metrics: { registry } }: RoutesOptions): Route {
  return {
    method: 'GET',
    path: '/metrics',
    handle: async (_request, response) => {
      const text = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType }).end(text);
    },
  };
}
