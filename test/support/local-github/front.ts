/** The one server in front: git's protocol, webhooks on their way out, ordered failures, and the API. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api, ApiParts } from './api.ts';
import { completePayload } from './events.ts';
import { comesAfter, type Fault, type Faults, fail } from './faults.ts';
import { GitFront, type GitParts } from './git-front.ts';
import { parseGitRequest } from './git-http.ts';
import type { Handover } from './handover.ts';
import { type ApiRequest, isObject, readBody, send, toApiRequest } from './http.ts';

export interface FrontParts extends ApiParts, GitParts {
  readonly api: Api;
  readonly faults: Faults;
  readonly handover: Handover;
  readonly webhookPath: string;
}

/** One request from outside, git's included. */
export interface LoggedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Milliseconds since the epoch, at arrival. */
  readonly at: number;
  /** Of the answer; 0 while there is none. */
  status: number;
  /** The parsed body of an API request. */
  body: unknown;
  /** The failure it met, if any. */
  fault: Fault | null;
}

export class Front {
  readonly requests: LoggedRequest[] = [];
  readonly #parts: FrontParts;
  readonly #git: GitFront;
  #webhooks: Promise<void> = Promise.resolve();

  constructor(parts: FrontParts) {
    this.#parts = parts;
    this.#git = new GitFront(parts);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#route(request, response).catch((error: unknown) => {
      console.error(`The local GitHub failed at ${request.method} ${request.url}`, error);
      response.statusCode = 500;
      response.end(JSON.stringify({ message: `The local GitHub failed: ${error}` }));
    });
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, watch, webhookPath } = this.#parts;
    if (request.url === webhookPath) return this.#takeWebhook(request, response);
    const url = request.url ?? '/';
    const logged: LoggedRequest = {
      method: request.method ?? '',
      url,
      at: Date.now(),
      status: 0,
      body: null,
      fault: null,
    };
    this.requests.push(logged);
    response.on('close', () => {
      logged.status = response.headersSent ? response.statusCode : 0;
      watch.changed();
    });
    const git = parseGitRequest(request);
    const asked = git ? null : toApiRequest(request, await readBody(request));
    logged.body = asked?.body ?? null;
    logged.fault = faults.take(logged.method, url.split('?')[0] ?? url, logged.body);
    if (logged.fault && !comesAfter(logged.fault)) {
      fail(logged.fault, request, response);
      return watch.changed();
    }
    if (git) return this.#git.serve(git, request, response);
    if (asked) return this.#serveApi(asked, logged.fault, request, response);
  }

  async #serveApi(
    asked: ApiRequest,
    fault: Fault | null,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const answer = await this.#parts.api.answer(asked);
    if (!fault) return send(response, answer);
    fail(fault, request, response);
    this.#parts.watch.changed();
  }

  /** Emulate calls while it answers: an event is passed on once that answer has had its effect here. */
  async #takeWebhook(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { api, deliveries, emulator, handover, hosting } = this.#parts;
    const event = String(request.headers['x-github-event']);
    const payload = JSON.parse(emulator.publicText((await readBody(request)).toString()));
    response.writeHead(202).end();
    if (!isObject(payload)) throw new Error(`emulate sent ${event} without a payload.`);
    const taken = this.#webhooks
      .then(() => api.settled())
      .then(() => {
        if (event === 'push') return; // Of the copy that emulate keeps; announcements.ts tells of the push itself.
        const known = { ...this.#parts, pushedAt: hosting.pushedAt };
        deliveries.give(event, completePayload(event, payload, known, api));
      })
      .finally(() => handover.arrived());
    this.#webhooks = taken.catch(() => undefined); // `handle` tells of it; the next event is still taken.
    await taken;
  }
}
