import type { Announcements } from './announcements.ts';
import type { Api, ApiParts } from './api.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventSource } from './events.ts';
import type { Fault, Faults } from './faults.ts';
import type { Front, LoggedRequest } from './front.ts';
import type { Handover } from './handover.ts';
import type { ApiRequest, Json } from './http.ts';
import type { Merges } from './merges/merges.ts';
import type { PullViews } from './merges/view.ts';
import { LocalRepository } from './repository.ts';
import type { Threads } from './threads.ts';
import type { Watch } from './watch.ts';

export interface LocalGitHubParts extends ApiParts {
  readonly url: string;
  readonly app: { readonly id: number; readonly slug: string };
  readonly api: Api;
  readonly events: EventSource;
  readonly announcements: Announcements;
  readonly merges: Merges;
  readonly views: PullViews;
  readonly threads: Threads;
  readonly faults: Faults;
  readonly front: Front;
  readonly watch: Watch;
  readonly handover: Handover;
  readonly close: () => Promise<void>;
}

/** The people and the buttons of this GitHub, in the hands of a test or of the demo. */
export class LocalGitHub {
  /** The API's address; also that of the repositories, `<url>/<owner>/<name>.git`. */
  readonly url: string;
  readonly deliveries: Deliveries;
  readonly #parts: LocalGitHubParts;

  constructor(parts: LocalGitHubParts) {
    this.url = parts.url;
    this.deliveries = parts.deliveries;
    this.#parts = parts;
  }

  /** Everything that asked this GitHub so far, oldest first; not what `as` and the repositories' methods do. */
  get requests(): readonly LoggedRequest[] {
    return this.#parts.front.requests;
  }

  /** The environment variables that make Codex the App of this GitHub. */
  get environment(): Record<string, string> {
    return {
      APP_ID: String(this.#parts.app.id),
      PRIVATE_KEY: this.#parts.emulator.privateKey,
      GITHUB_API_URL: this.url,
      CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: this.deliveries.secret,
    };
  }

  /** The login that Codex writes with. */
  get botLogin(): string {
    return `${this.#parts.app.slug}[bot]`;
  }

  /** The personal access token of a user. */
  token(login: string): string {
    const token = this.#parts.emulator.tokens.get(login);
    if (token === undefined) throw new Error(`The local GitHub has no user ${login}.`);
    return token;
  }

  /** The id of the App's installation on this account. */
  installation(account: string): number {
    const id = this.#parts.emulator.installations.get(account);
    if (id === undefined) throw new Error(`The App is not installed on ${account}.`);
    return id;
  }

  /** Asks the API as this user; the events that follow from it are recorded by then. Gives the body of a 2xx answer, throws for any other. */
  async as(login: string, method: string, url: string, body: Json = null): Promise<Json> {
    const { pathname: path, searchParams: query } = new URL(url, this.url);
    const accept = 'application/vnd.github+json';
    const request: ApiRequest = { method, url, path, query, token: this.token(login), accept, body };
    const answer = await this.#parts.api.answer(request);
    await this.#parts.handover.settled();
    if (method !== 'GET') this.#parts.watch.changed();
    if (answer.status < 300) return answer.body;
    throw new Error(
      `${login}: ${method} ${url} was answered ${answer.status} ${JSON.stringify(answer.body)}`,
    );
  }

  async createRepository(
    owner: string,
    name: string,
    options: { private?: boolean } = {},
  ): Promise<LocalRepository> {
    await this.as(owner, 'POST', '/user/repos', { name, private: options.private ?? false });
    return this.repository(`${owner}/${name}`);
  }

  /** The repository `owner/name`. */
  repository(fullName: string): LocalRepository {
    return new LocalRepository(fullName, this, this.#parts);
  }

  /** Orders a failure of the calls it names. */
  fail(fault: Fault): void {
    this.#parts.faults.add(fault);
  }

  /** Resolves when a call has met this failure, which was ordered before. */
  async met(what: string, fault: Fault): Promise<void> {
    await this.until(what, () => this.requests.some((request) => request.fault === fault));
  }

  /** Takes all ordered failures back. */
  recover(): void {
    this.#parts.faults.clear();
  }

  /** The installation's present tokens are not taken any more; new ones can be had. */
  revokeTokens(account: string): void {
    this.#parts.credentials.revoke(this.installation(account), false);
  }

  /** The account's owner removes the App. */
  async uninstall(account: string): Promise<void> {
    this.#parts.credentials.revoke(this.installation(account), true);
    this.deliveries.give('installation', await this.#parts.events.uninstalled(account));
  }

  /** See `Watch.until`: looked at again after each request, delivery and push. */
  until<Value>(what: string, condition: () => Value | Promise<Value>, timeoutMs?: number) {
    return this.#parts.watch.until(what, condition, timeoutMs);
  }

  /** Resolves when every event so far was recorded and sent. */
  async settled(): Promise<void> {
    await this.#parts.api.settled();
    await this.#parts.handover.settled();
    await this.deliveries.settled();
  }

  close(): Promise<void> {
    return this.#parts.close();
  }
}
