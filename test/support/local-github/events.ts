/** Webhook payloads: emulate's, completed, and those of events that emulate does not know. */
import { accountOf } from './accounts.ts';
import type { Api } from './api.ts';
import { dress, type Known } from './dress.ts';
import type { Emulator } from './emulator.ts';
import { type Hosting, ownerOf } from './hosting.ts';
import { isObject, type Json, type JsonObject, objectAt } from './http.ts';
import type { Pulls } from './pulls.ts';

/** Emulate's payload as GitHub would have sent it. */
export function completePayload(event: string, payload: JsonObject, known: Known, api: Api): JsonObject {
  const name = String(objectAt(payload, 'repository').full_name);
  const dressed = dress(payload, known, name);
  if (!isObject(dressed)) throw new Error(`The payload of ${event} is not an object.`);
  if (event === 'pull_request') return completePull(dressed, name, known.pulls, api);
  if (event === 'pull_request_review') return completeReview(dressed);
  if (event !== 'issue_comment' || dressed.action !== 'edited') return dressed;
  const from = api.previousBody(Number(objectAt(dressed, 'comment').id));
  return { ...dressed, changes: { body: { from } } };
}

function completePull(payload: JsonObject, repository: string, pulls: Pulls, api: Api): JsonObject {
  const number = Number(objectAt(payload, 'pull_request').number);
  const edited = payload.action === 'edited' && { changes: api.edits.changes(pulls.get(repository, number)) };
  return { ...payload, number, ...edited };
}

/** Webhooks write a review's state in small letters, the API in capitals. */
function completeReview(payload: JsonObject): JsonObject {
  const review = objectAt(payload, 'review');
  return { ...payload, review: { ...review, state: String(review.state).toLowerCase() } };
}

export class EventSource {
  readonly #emulator: Emulator;
  readonly #api: Api;
  readonly #hosting: Hosting;

  constructor(emulator: Emulator, api: Api, hosting: Hosting) {
    this.#emulator = emulator;
    this.#api = api;
    this.#hosting = hosting;
  }

  /** `check_run.requested_action` (with the button's identifier) or `check_run.rerequested`. */
  async checkRunClicked(
    name: string,
    id: number,
    identifier: string | null,
    sender: string,
  ): Promise<JsonObject> {
    const run = await this.get(name, `/repos/${name}/check-runs/${id}`);
    const action =
      identifier === null
        ? { action: 'rerequested' }
        : { action: 'requested_action', requested_action: { identifier } };
    return { ...action, check_run: run, ...(await this.common(name, sender)) };
  }

  async suiteRerequested(name: string, sha: string, sender: string): Promise<JsonObject> {
    const suite = await this.suite(name, sha);
    return { action: 'rerequested', check_suite: suite, ...(await this.common(name, sender)) };
  }

  async uninstalled(account: string): Promise<JsonObject> {
    const sender = await this.get(`${account}/`, `/users/${account}`);
    const id = this.#emulator.installations.get(account) ?? 0;
    return { action: 'deleted', installation: { id, account: sender }, repositories: [], sender };
  }

  /** The check suite of a commit. */
  async suite(name: string, sha: string): Promise<JsonObject> {
    const listed = await this.get(name, `/repos/${name}/commits/${sha}/check-suites`);
    const suites = isObject(listed) && Array.isArray(listed.check_suites) ? listed.check_suites : [];
    const [suite] = suites;
    if (!isObject(suite)) throw new Error(`${sha} has no check suite in ${name}.`);
    return suite;
  }

  /** What every payload has. */
  async common(name: string, sender: string): Promise<JsonObject> {
    const id = this.#emulator.installations.get(ownerOf(name));
    return {
      repository: await this.get(name, `/repos/${name}`),
      sender: await accountOf(this.#hosting, name, sender),
      ...(id === undefined ? {} : { installation: { id } }),
    };
  }

  /** An answer of the API, as the owner of the repository `name`. */
  async get(name: string, path: string): Promise<Json> {
    const answer = await this.#api.answer({
      method: 'GET',
      url: path,
      path,
      query: new URLSearchParams(),
      token: this.#emulator.tokens.get(ownerOf(name)) ?? null,
      accept: 'application/vnd.github+json',
      body: null,
    });
    return answer.body;
  }
}
