/** The hosted git repositories, and what follows from a push: emulate's copy, pull requests, and their events. */
import { BareRepository, type RefChange } from './bare-repository.ts';
import type { Emulator } from './emulator.ts';
import type { ApiAnswer, Json } from './http.ts';
import { type Ask, Mirror } from './mirror.ts';
import type { Pulls, TrackedPull } from './pulls.ts';

interface Hosted {
  readonly bare: BareRepository;
  readonly mirror: Mirror;
}

export interface HostingEvents {
  pushed(repository: string, change: RefChange, sender: string): Promise<void>;
  synchronized(pull: TrackedPull, before: string, sender: string): Promise<void>;
}

export class Hosting {
  readonly root: string;
  /** ISO 8601 by `owner/name`. */
  readonly pushedAt = new Map<string, string>();
  readonly #emulator: Emulator;
  readonly #pulls: Pulls;
  readonly #events: HostingEvents;
  readonly #hosted = new Map<string, Hosted>();

  constructor(root: string, emulator: Emulator, pulls: Pulls, events: HostingEvents) {
    this.root = root;
    this.#emulator = emulator;
    this.#pulls = pulls;
    this.#events = events;
  }

  /** Starts hosting a repository; a fork starts with its parent's branches. */
  async create(fullName: string, parent: string | null): Promise<void> {
    const bare = await BareRepository.create(`${this.root}/${fullName}.git`);
    this.#hosted.set(fullName, { bare, mirror: new Mirror(bare, fullName, this.asOwner(fullName)) });
    if (parent === null) return;
    await bare.git(['fetch', '--quiet', this.bare(parent).directory, '+refs/heads/*:refs/heads/*']);
    const copied = [...(await bare.refs())].map(([ref, after]) => ({ ref, before: null, after }));
    await this.pushed(fullName, copied, ownerOf(fullName));
  }

  remove(fullName: string): void {
    this.#hosted.delete(fullName);
  }

  /** Whether the repository was here and is deleted, or never was. */
  isGone(fullName: string): boolean {
    return !this.#hosted.has(fullName);
  }

  bare(fullName: string): BareRepository {
    return this.#get(fullName).bare;
  }

  /** What GitHub does after a push by `sender`: refs, then pull requests, then check suites. */
  async pushed(fullName: string, changes: readonly RefChange[], sender: string): Promise<void> {
    this.pushedAt.set(fullName, new Date().toISOString());
    const branches = changes.filter(({ ref }) => ref.startsWith('refs/heads/'));
    const { mirror } = this.#get(fullName);
    for (const { ref, after } of branches) {
      if (after !== null) await mirror.copy(after);
      await mirror.setRef(ref, after);
    }
    for (const change of branches) {
      const { ref, after } = change;
      await this.#events.pushed(fullName, change, sender);
      const branch = ref.slice('refs/heads/'.length);
      await this.#updatePulls(fullName, branch, after, sender);
      if (after !== null) await this.#requestCheckSuite(fullName, branch, after);
    }
  }

  /** Makes the head of a pull request readable in its base repository, as `refs/pull/N/head`. */
  async linkHead(pull: TrackedPull): Promise<void> {
    const { bare, mirror } = this.#get(pull.repository);
    const ref = `refs/pull/${pull.number}/head`;
    if (pull.headRepository === pull.repository) await bare.git(['update-ref', ref, pull.headSha]);
    else {
      const head = this.bare(pull.headRepository).directory;
      await bare.git(['fetch', '--quiet', head, `+${pull.headSha}:${ref}`]);
    }
    await mirror.copy(pull.headSha);
  }

  async #updatePulls(fullName: string, branch: string, after: string | null, sender: string): Promise<void> {
    for (const pull of this.#pulls.from(fullName, branch)) {
      const ask = this.asOwner(pull.repository);
      const path = `/repos/${pull.repository}/pulls/${pull.number}`;
      const { body } = await ask('GET', path);
      if (JSON.stringify(body).includes('"state":"closed"')) continue;
      if (after === null) {
        await ask('PATCH', path, { state: 'closed' });
        continue;
      }
      const before = pull.headSha;
      pull.headSha = after;
      pull.pushedAt = new Date().toISOString();
      pull.baseSha = (await this.bare(pull.repository).sha(`refs/heads/${pull.baseRef}`)) ?? pull.baseSha;
      await this.linkHead(pull);
      await this.#events.synchronized(pull, before, sender);
    }
  }

  /** Emulate sends the event `check_suite.requested`, if the App is installed there. */
  async #requestCheckSuite(fullName: string, branch: string, sha: string): Promise<void> {
    const body = { head_sha: sha, head_branch: branch };
    await this.asOwner(fullName)('POST', `/repos/${fullName}/check-suites`, body);
  }

  #get(fullName: string): Hosted {
    const hosted = this.#hosted.get(fullName);
    if (!hosted) throw new Error(`The local GitHub has no repository ${fullName}.`);
    return hosted;
  }

  /** Asks emulate itself as the owner of a repository. */
  asOwner(fullName: string): Ask {
    const token = this.#emulator.tokens.get(ownerOf(fullName)) ?? null;
    return (method, path, body) => askAs(this.#emulator, token, method, path, body);
  }
}

/** Asks emulate itself: none of the front's additions. */
export function askAs(
  emulator: Emulator,
  token: string | null,
  method: string,
  path: string,
  body: Json = null,
): Promise<ApiAnswer> {
  const { pathname, searchParams } = new URL(path, 'http://local');
  const accept = 'application/vnd.github+json';
  return emulator.ask({ method, url: path, path: pathname, query: searchParams, token, accept, body });
}

export function ownerOf(fullName: string): string {
  return fullName.slice(0, fullName.indexOf('/'));
}
