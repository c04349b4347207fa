import type { WebhookProvider } from '../inbox/provider.ts';
import type { Delivery, Stored } from '../inbox/store.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { answer } from './answer.ts';
import { BodyReader } from './body.ts';
import { type ReadyCheck, readiness } from './ready.ts';
import type { Route } from './router.ts';
import { WebhookRoute } from './webhook.ts';

/** Bodies of all requests together that wait for their end or for their commit. */
const MAX_BUFFERED_BYTES = 256 * 1024 * 1024;

export interface RoutesOptions {
  readonly providers: readonly WebhookProvider[];
  /** Resolves once the delivery is on the disk; rejects with nothing stored. */
  readonly put: (delivery: Delivery) => Promise<Stored>;
  readonly checks: readonly ReadyCheck[];
  readonly checkTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
  /** Routes of parts that are not always there. */
  readonly more?: readonly Route[];
}

/** Everything Codex answers over HTTP. */
export function createRoutes(options: RoutesOptions): Route[] {
  const { providers, more = [] } = options;
  return [...providers.map(webhooksOf(options)), health(options), ready(options), metrics(options), ...more];
}

function webhooksOf({ put, bodyTimeoutMs, metrics, log, now }: RoutesOptions) {
  const bodies = new BodyReader(MAX_BUFFERED_BYTES);
  const dependencies = { bodies, bodyTimeoutMs, put, webhooks: metrics.webhooks, log, now };
  return (provider: WebhookProvider): Route => {
    const route = new WebhookRoute(provider, dependencies);
    return {
      method: 'POST',
      path: provider.path,
      handle: (request, response) => route.handle(request, response),
    };
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
