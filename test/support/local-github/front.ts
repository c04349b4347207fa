/** The one server in front: git's protocol, webhooks on their way out, ordered failures, and the API. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Access, isAtLeast } from './access.ts';
import type { Api, ApiParts } from './api.ts';
import type { RefChange } from './bare-repository.ts';
import { completePayload } from './events.ts';
import { comesAfter, type Fault, type Faults, fail } from './faults.ts';
import { commandsOf, type GitRequest, type Push, parseGitRequest, serveGit } from './git-http.ts';
import type { Handover } from './handover.ts';
import { askAs } from './hosting.ts';
import { type ApiRequest, isObject, readBody, send, toApiRequest, tokenOf } from './http.ts';
import { pushViolations } from './rules/violations.ts';
import type { Watch } from './watch.ts';

export interface FrontParts extends ApiParts {
  readonly access: Access;
  readonly api: Api;
  readonly faults: Faults;
  readonly watch: Watch;
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
  #webhooks: Promise<void> = Promise.resolve();

  constructor(parts: FrontParts) {
    this.#parts = parts;
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
    if (git) return this.#serveGit(git, request, response);
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

  async #serveGit(git: GitRequest, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { credentials, hosting, watch } = this.#parts;
    const token = tokenOf(request.headers.authorization);
    const refusal = await this.#gitRefusal(git, token);
    if (refusal !== null) {
      response
        .writeHead(refusal, refusal === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {})
        .end();
      return;
    }
    const pushes = git.service === 'git-receive-pack' && request.method === 'POST';
    const before = pushes ? await hosting.bare(git.repository).refs() : new Map<string, string>();
    const push = pushes ? await this.#judged(git.repository, token, await readBody(request)) : null;
    await serveGit(hosting.root, git, request, response, push, async () => {
      if (!pushes) return;
      const changes = changesBetween(before, await hosting.bare(git.repository).refs());
      await hosting.pushed(git.repository, changes, credentials.actor(token)?.login ?? '');
      watch.changed();
    });
  }

  /** The push, with what the rules refuse of it. */
  async #judged(repository: string, token: string | null, body: Buffer): Promise<Push> {
    const { branchRules, credentials } = this.#parts;
    const actor = credentials.actor(token);
    const refused: string[] = [];
    const words: string[] = [];
    for (const { ref, before, after } of actor ? commandsOf(body) : []) {
      const branch = ref.replace('refs/heads/', '');
      // Rules of these kinds are about branches that are there.
      if (!actor || branch === ref || before === null) continue;
      const demands = await branchRules.demands(repository, branch, actor, 'push');
      const violations = pushViolations(demands, after === null);
      if (violations.length > 0) refused.push(ref);
      words.push(...violations);
    }
    return { body, refused, words };
  }

  /** The status GitHub refuses with; null where this caller may do this. */
  async #gitRefusal({ repository, service }: GitRequest, token: string | null): Promise<number | null> {
    const { access, credentials, emulator, hosting } = this.#parts;
    if (!credentials.isTaken(token)) return 401;
    if (hosting.isGone(repository)) return token === null ? 401 : 404;
    const { status } = await askAs(emulator, token, 'GET', `/repos/${repository}/branches`);
    if (status !== 200) return token === null ? 401 : 404;
    if (service === 'git-upload-pack') return null;
    const actor = credentials.actor(token);
    if (!actor) return 401;
    if (actor.installation !== null) return actor.permissions.contents === 'write' ? null : 403;
    return isAtLeast(await access.role(repository, actor.login), 'write') ? null : 403;
  }
}

function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): RefChange[] {
  const refs = new Set([...before.keys(), ...after.keys()]);
  return [...refs]
    .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
    .filter((change) => change.before !== change.after);
}
