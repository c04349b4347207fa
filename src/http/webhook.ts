import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../errors.ts';
import type { WebhookProvider } from '../inbox/provider.ts';
import type { Delivery, Stored } from '../inbox/store.ts';
import type { Log } from '../log.ts';
import type { Metrics, WebhookResult } from '../metrics.ts';
import { answer, answerAndClose } from './answer.ts';
import { type BodyFailure, BodyReader } from './body.ts';

/** A warning about wrong signatures at most this often: whoever sends them must not fill the log. */
const WARN_EVERY_MS = 60_000;

const UNREAD: Record<
  Exclude<BodyFailure, 'aborted'>,
  { status: number; reason: string; result: WebhookResult }
> = {
  too_large: { status: 413, reason: 'The body is too large.', result: 'too_large' },
  timeout: { status: 408, reason: 'The body did not arrive in time.', result: 'timeout' },
  busy: {
    status: 503,
    reason: 'Too much is being received at once. Send it again later.',
    result: 'unavailable',
  },
};

export interface WebhookDependencies {
  /** Milliseconds. */
  readonly bodyTimeoutMs: number;
  /** Resolves once the delivery is on the disk; rejects with nothing stored. */
  readonly put: (delivery: Delivery) => Promise<Stored>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
}

/** Takes one provider's webhooks: limits, signature, commit, and only then 202. */
export class WebhookRoute {
  readonly #provider: WebhookProvider;
  readonly #use: WebhookDependencies;
  readonly #bodies: BodyReader;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(provider: WebhookProvider, dependencies: WebhookDependencies) {
    this.#provider = provider;
    this.#use = dependencies;
    const { maxBytes, maxBufferedBytes } = provider;
    this.#bodies = new BodyReader({ maxBytes, maxBufferedBytes, timeoutMs: dependencies.bodyTimeoutMs });
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await this.#bodies.read(request);
    if (body === 'aborted') return this.#count('aborted');
    if (typeof body === 'string') {
      const { status, reason, result } = UNREAD[body];
      this.#count(result);
      return answerAndClose(request, response, status, { error: reason });
    }
    try {
      await this.#take(request, response, body);
    } finally {
      this.#bodies.release(body);
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const now = this.#use.now();
    const { headers, url, socket } = request;
    const verified = this.#provider.verify({ headers, body, url, remoteAddress: socket.remoteAddress }, now);
    if ('status' in verified) {
      this.#count(verified.status === 401 ? 'unauthorized' : 'malformed');
      if (verified.status === 401) this.#warn(verified.reason, now);
      return answer(response, verified.status, { error: verified.reason });
    }
    const delivery = { provider: this.#provider.name, body, receivedAt: now, ...verified };
    let stored: Stored;
    try {
      stored = await this.#use.put(delivery);
    } catch (error) {
      this.#count('unavailable');
      this.#use.log.error({ delivery: verified.delivery, error: messageOf(error) }, 'webhook not stored');
      return answer(response, 503, { error: 'The delivery could not be stored. Send it again later.' });
    }
    this.#count(stored);
    answer(response, 202, { status: stored === 'stored' ? 'stored' : 'already stored' });
  }

  #count(result: WebhookResult): void {
    this.#use.metrics.webhooks.inc({ provider: this.#provider.name, result });
  }

  #warn(reason: string, now: number): void {
    if (now - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = now;
    this.#use.log.warn({ provider: this.#provider.name, reason }, 'webhook refused');
  }
}
