/**
 * As much of GitHub as the landing of one pull request meets, as plain data behind `fetch`: what it answers to each call
 * to merge is the test's, and a call that it never answered may land later. A process that has crashed gets no answers.
 */
import { createHash } from 'node:crypto';
import { ProbotOctokit } from 'probot';
import type { Octokit } from '../../src/github/client.ts';

export const HEAD = 'a'.repeat(40);
const NUMBER = 3;

/** GitHub's answer to a call to merge. `no answer` and 502 may land: after so many further requests; null: never. */
export type Answer =
  | { readonly status: 200 | 403 | 404 | 409 | 422 }
  | { readonly status: 405; readonly message: string }
  | { readonly status: 502 | 'no answer'; readonly landsAfter: number | null; readonly tookMs: number };

/** The request of a process, counted from 0, that it crashes at: before or after GitHub has done what it asks. */
export interface Crash {
  readonly at: number;
  readonly after: boolean;
}

interface Surroundings {
  /** Told of each call to merge before it is answered. */
  readonly onCall: () => void;
  /** A call was not answered, for so many milliseconds. */
  readonly onSilence: (ms: number) => void;
}

interface ModelCommit {
  readonly sha: string;
  readonly tree: string;
  readonly parent: string;
  readonly message: string;
}

interface CheckRun {
  readonly id: number;
  readonly external_id: string;
  status: string;
  conclusion: string | null;
  output: { title: string; summary: string };
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export class LandingModel {
  /** Of the base, newest first. */
  readonly log: ModelCommit[] = [commitOf('tree of the first', '0'.repeat(40), 'first')];
  readonly checks: CheckRun[] = [];
  readonly issues: { readonly body: string }[] = [];
  /** Answers to the next calls; after them, they are merged. */
  readonly answers: Answer[];
  readonly #around: Surroundings;
  #merged: ModelCommit | null = null;
  #flights: { left: number; readonly message: string }[] = [];

  constructor(answers: readonly Answer[], around: Surroundings) {
    this.answers = [...answers];
    this.#around = around;
  }

  get tip(): string {
    return this.log[0]?.sha ?? '';
  }

  /** The tree that git would make of the base now and the head. */
  tree(): string {
    return hash(`tree of ${this.tip} and ${HEAD}`);
  }

  get merged(): boolean {
    return this.#merged !== null;
  }

  push(): void {
    this.log.unshift(commitOf(`tree ${this.log.length}`, this.tip, `pushed ${this.log.length}`));
  }

  /** A client whose process crashes at its request number `at`, before or after that has had its effect; null: never. */
  client(crash: Crash | null, onCrash: () => void): Octokit {
    let requests = 0;
    let crashed = false;
    const hang = (): Promise<never> => {
      if (!crashed) onCrash();
      crashed = true;
      return new Promise(() => undefined);
    };
    const answer = async (input: URL | Request | string, init?: RequestInit): Promise<Response> => {
      if (crashed) return hang();
      const crashes = requests === crash?.at;
      requests += 1;
      if (crashes && !crash?.after) return hang();
      const { status, body } = this.#request(init?.method ?? 'GET', new URL(String(input)), init?.body);
      if (crashes) return hang();
      if (status === 0) throw new TypeError('fetch failed');
      // Octokit reads it to page on.
      return Object.defineProperty(Response.json(body, { status }), 'url', { value: String(input) });
    };
    return new ProbotOctokit({
      authStrategy: () =>
        Object.assign(async () => ({ permissions: { workflows: 'write' } }), { hook: passOn }),
      ...{ retry: { enabled: false }, throttle: { enabled: false }, request: { fetch: answer } },
    });
  }

  #request(method: string, url: URL, body: unknown): Reply {
    this.#fly();
    const path = decodeURIComponent(url.pathname).replace('/repos/acme/shop/', '');
    const sent = typeof body === 'string' ? JSON.parse(body) : {};
    const reply = method === 'GET' ? this.#read(path, url.searchParams) : this.#write(path, sent);
    if (reply === undefined) throw new Error(`The model does not know ${method} ${path}.`);
    return 'status' in Object(reply) && 'body' in Object(reply)
      ? Object(reply)
      : { status: 200, body: reply };
  }

  #read(path: string, query: URLSearchParams): unknown {
    const found = /^(?:git\/commits|commits)\/([0-9a-f]{40})$/.exec(path);
    if (found) return this.#commit(found[1] ?? '');
    const name = query.get('check_name');
    switch (path) {
      case `pulls/${NUMBER}`:
        return this.#pull();
      case 'git/ref/heads/main':
        return { object: { sha: this.tip } };
      case 'commits':
        return this.log.map(({ tree, message, ...commit }) => ({
          ...shown(commit),
          commit: { tree: { sha: tree }, message },
        }));
      case 'collaborators/dev/permission':
        return { permission: 'write' };
      case `commits/${HEAD}/check-runs`:
        return { total_count: this.checks.length, check_runs: name === null ? [] : this.checks };
      case `commits/${HEAD}/status`:
        return { url: '', total_count: 0, statuses: [] };
      case 'branches/feature/12':
        return { protected: true };
      case `pulls/${NUMBER}/files`:
        return [{ filename: 'cart.py', status: 'added' }];
      case 'issues':
        return this.issues;
      case 'rules/branches/main':
      case `pulls/${NUMBER}/reviews`:
      case `pulls/${NUMBER}/commits`:
        return [];
      case 'branches/main/protection':
      case 'contents/.github/codex.yml':
        return { status: 404, body: { message: 'Not Found' } };
    }
  }

  #write(path: string, sent: Record<string, unknown>): unknown {
    if (path === `pulls/${NUMBER}/merge`) return this.#merge(sent);
    if (path === '/graphql') return { data: { viewer: { login: 'codex[bot]' } } };
    if (path === 'issues') {
      const issue = { ...Object(sent), number: 1, state: 'open', user: { login: 'codex[bot]' } };
      this.issues.unshift(issue);
      return issue;
    }
    if (path === 'check-runs') {
      this.checks.push({ conclusion: null, ...Object(sent), id: this.checks.length + 1 });
      return { id: this.checks.length };
    }
    const check = this.checks.find(({ id }) => path === `check-runs/${id}`);
    return check && Object.assign(check, sent);
  }

  /** GitHub merges a pull request once; what it says to a second call is the test's. */
  #merge({ sha, commit_title, commit_message }: Record<string, unknown>): Reply {
    this.#around.onCall();
    if (sha !== HEAD) throw new Error(`Asked to merge ${sha}.`);
    const message = `${commit_title}\n\n${commit_message}`;
    const answer = this.answers.shift() ?? { status: 200 };
    if (answer.status === 200) {
      if (this.#merged) return { status: 405, body: { message: 'Pull Request is not mergeable' } };
      return { status: 200, body: { merged: true, sha: this.#land(message).sha } };
    }
    if ('landsAfter' in answer) {
      this.#around.onSilence(answer.tookMs);
      if (answer.landsAfter !== null) this.#flights.push({ left: answer.landsAfter, message });
      return { status: answer.status === 'no answer' ? 0 : answer.status, body: { message: 'Bad gateway' } };
    }
    const words = 'message' in answer ? answer.message : 'Refused';
    if (/base branch/i.test(words)) this.push();
    return { status: answer.status, body: { message: words } };
  }

  /** The calls that are still under way land now, if ever. */
  landAll(): void {
    while (this.#flights.length > 0) this.#fly();
  }

  #fly(): void {
    for (const flight of this.#flights) {
      if (flight.left === 0 && !this.#merged) this.#land(flight.message);
      flight.left -= 1;
    }
    this.#flights = this.#flights.filter(({ left }) => left >= 0);
  }

  #land(message: string): ModelCommit {
    const commit = commitOf(this.tree(), this.tip, message);
    this.log.unshift(commit);
    this.#merged = commit;
    return commit;
  }

  #commit(sha: string): unknown {
    const commit = this.log.find((each) => each.sha === sha);
    return commit && { ...shown(commit), tree: { sha: commit.tree }, message: commit.message };
  }

  #pull(): unknown {
    const repo = {
      ...{ id: 7, full_name: 'acme/shop', private: false, pushed_at: null },
      clone_url: 'https://example.com/acme/shop.git',
    };
    const merged = this.#merged !== null;
    return {
      ...{ number: NUMBER, state: merged ? 'closed' : 'open', merged, title: 'Add a cart', body: null },
      ...{ labels: [], mergeable: !merged, mergeable_state: 'clean', changed_files: 1 },
      ...{ merge_commit_sha: this.#merged?.sha ?? null, merged_by: merged ? { login: 'codex[bot]' } : null },
      ...{ html_url: 'https://example.com', user: { login: 'acme', type: 'User' } },
      head: { sha: HEAD, ref: 'feature/12', repo },
      base: { sha: this.tip, ref: 'main', repo },
    };
  }
}

const passOn = (request: (options: unknown) => unknown, options: unknown): unknown => request(options);

function shown({ sha, parent }: Pick<ModelCommit, 'sha' | 'parent'>) {
  return { sha, parents: [{ sha: parent }], html_url: `https://example.com/commit/${sha}` };
}

function commitOf(tree: string, parent: string, message: string): ModelCommit {
  return { sha: hash(JSON.stringify([tree, parent, message])), tree, parent, message };
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
