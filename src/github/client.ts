/**
 * Who calls GitHub: a client or a git token for each installation. The other files of this folder are its only users;
 * nothing else talks to GitHub's API.
 */
import type { Probot, ProbotOctokit, Options as ProbotOptions } from 'probot';
import { z } from 'zod';
import type { GitHubAuth } from '../config/github-auth.ts';
import { type Attempts, createFetch, createOctokit } from './octokit.ts';

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

/** `deadline`: 10 s for each attempt, if absent. */
export interface ClientSetting extends Partial<Attempts> {
  readonly apiUrl: string;
  readonly auth: GitHubAuth;
}

/** What `Probot.defaults` takes so that every client it makes is one of `createOctokit`. */
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
