/**
 * How Codex calls GitHub: Probot's Octokit with its retries and throttling tuned, and a client or a git token for
 * each installation. The other files of this folder are its only users; nothing else talks to GitHub's API.
 */
import { type Probot, ProbotOctokit, type Options as ProbotOptions } from 'probot';
import { z } from 'zod';
import type { GitHubAuth } from '../config/github-auth.ts';
import { redactShown } from './redaction.ts';
import { createWriteLimits } from './throttle.ts';

export type Octokit = ProbotOctokit;

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** The parts of `owner/name`. */
export function repositoryName(fullName: string): RepositoryName {
  const [owner, repo, ...rest] = fullName.split('/');
  if (!owner || !repo || rest.length > 0)
    throw new Error(`${fullName} is not the name of a repository, as owner/name.`);
  return { owner, repo };
}

export interface Installations {
  /** A client that acts as this installation; the same one each time. */
  octokit(installation: number): Promise<Octokit>;
  /** A token for git that can read contents and nothing else, valid for five minutes at least. */
  token(installation: number): Promise<string>;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** A longer rate limit is waited for by the job, in the queue, not by the request. */
const LONGEST_WAIT_SECONDS = 5;
const RETRIES = 2;
/** The first retry comes after this time, the second after four times as long. */
const RETRY_DELAY_MS = 250;
/** Answers that another attempt does not change. A 429 is the throttling's business: it reads `Retry-After`. */
const FINAL_ANSWERS = [400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 451];

export interface ClientSetting {
  readonly apiUrl: string;
  readonly auth: GitHubAuth;
  /** Gets the status of each attempt of a request; 0: there was no answer. */
  readonly onAnswer?: (status: number) => void;
  /** A signal for one attempt, aborted when its time is up, its answer's body included; after 10 s if absent. */
  readonly deadline?: () => AbortSignal;
}

/** What `Probot.defaults` takes so that every client it makes behaves as described above. */
export function probotOptions({
  apiUrl,
  auth,
  onAnswer = () => {},
  deadline = () => AbortSignal.timeout(REQUEST_TIMEOUT_MS),
}: ClientSetting): ProbotOptions {
  const request = { fetch: createFetch({ deadline, onAnswer }) };
  const credentials =
    auth.type === 'app'
      ? { appId: auth.appId, privateKey: auth.privateKey.reveal() }
      : { githubToken: auth.token.reveal() };
  return { ...credentials, baseUrl: apiUrl, Octokit: createOctokit(request), request };
}

/** The installations that `probot`, made with `probotOptions`, can act for. */
export function createInstallations(probot: Probot, auth: GitHubAuth): Installations {
  const clients = new Map<number, Promise<Octokit>>();
  const tokens = new Map<number, Promise<GitToken>>();
  return {
    octokit: (installation) =>
      once(clients, installation, async () => {
        const octokit = await probot.auth(installation);
        if (auth.type === 'app') renewRefusedTokens(octokit, installation, () => tokens.delete(installation));
        return octokit;
      }),
    async token(installation) {
      if (auth.type === 'token') return auth.token.reveal();
      const known = await tokens.get(installation);
      if (known && known.expiresAt - Date.now() < 5 * 60_000) tokens.delete(installation);
      const token = await once(tokens, installation, () => createGitToken(probot, installation));
      return token.value;
    },
  };
}

/**
 * A token that GitHub does not take any more is replaced, so that the next attempt of the job has one that it takes:
 * until then it would be kept for up to an hour. Its request fails as it did.
 */
function renewRefusedTokens(octokit: Octokit, installationId: number, onRefused: () => void): void {
  octokit.hook.error('request', async (error, { url }) => {
    if ('status' in error && error.status === 401 && !url.includes('/access_tokens')) {
      onRefused();
      await octokit.auth({ type: 'installation', installationId, refresh: true });
    }
    throw error;
  });
}

interface GitToken {
  /** No `Secret`, which would be remembered for good: `redact` knows it by what GitHub's tokens begin with. */
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const createdToken = z.object({ token: z.string(), expires_at: z.iso.datetime({ offset: true }) });

async function createGitToken(probot: Probot, installation: number): Promise<GitToken> {
  const app = await probot.auth();
  const { data } = await app.rest.apps.createInstallationAccessToken({
    installation_id: installation,
    permissions: { contents: 'read' },
  });
  const created = createdToken.parse(data);
  return { value: created.token, expiresAt: Date.parse(created.expires_at) };
}

/** The value under `key`, made when it is first asked for; a failure is not kept. */
function once<Key, Value>(values: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>) {
  const known = values.get(key);
  if (known) return known;
  const made = make();
  values.set(key, made);
  made.catch(() => values.delete(key));
  return made;
}

/**
 * Probot and its authentication pass options of their own when they derive clients; a function keeps ours on top
 * of theirs, and theirs (the installation's throttling id) where ours say nothing.
 */
function createOctokit(request: { fetch: typeof fetch }): typeof ProbotOctokit {
  const limits = createWriteLimits();
  const waitIfShort = (seconds: number, _request: unknown, _octokit: unknown, retries: number) =>
    seconds <= LONGEST_WAIT_SECONDS && retries < RETRIES;
  return ProbotOctokit.plugin(retryOnlyIdempotent, redactShown).defaults(
    (options: Record<string, object>) => ({
      ...options,
      auth: withoutRequest(options.auth),
      retry: { retries: RETRIES, retryAfterBaseValue: RETRY_DELAY_MS, doNotRetry: FINAL_ANSWERS },
      request: { ...options.request, ...request },
      throttle: {
        ...options.throttle,
        ...limits,
        onRateLimit: waitIfShort,
        onSecondaryRateLimit: waitIfShort,
      },
    }),
  );
}

/** Probot's `request` knows no base URL, and a token is renewed with it; without it the client's own is taken. */
function withoutRequest(auth: object = {}): object {
  return Object.fromEntries(Object.entries(auth).filter(([name]) => name !== 'request'));
}

/** A POST that timed out may have been done: only what can be repeated without effect is, unless told otherwise. */
function retryOnlyIdempotent(octokit: { hook: Octokit['hook'] }) {
  octokit.hook.before('request', (options) => {
    // Always a new object: all requests share the one that is there, and the plugins count their retries in it.
    options.request = options.method === 'POST' ? { retries: 0, ...options.request } : { ...options.request };
  });
}

/** Each attempt has its own time; the time spent in the throttling's queue does not count. */
function createFetch({
  deadline,
  onAnswer,
}: Required<Pick<ClientSetting, 'deadline' | 'onAnswer'>>): typeof fetch {
  return async (input, init) => {
    const time = deadline();
    const signal = init?.signal ? AbortSignal.any([init.signal, time]) : time;
    try {
      const answer = await fetch(input, { ...init, signal });
      onAnswer(answer.status);
      return answer;
    } catch (error) {
      onAnswer(0);
      throw error;
    }
  };
}
