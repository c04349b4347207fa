/** GitHub's public API as its documentation has it: nock answers, and no request leaves this process. */
import { Writable } from 'node:stream';
import nock from 'nock';
import { Probot } from 'probot';
import type { GitHubAuth } from '../../src/config/github-auth.ts';
import { createInstallations, type Octokit, probotOptions } from '../../src/github/client.ts';
import { createLog } from '../../src/log.ts';
import { Secret } from '../../src/redact.ts';

const API = 'https://api.github.com';

/** Codex's own client, with a token. */
export async function connectDocumented(): Promise<Octokit> {
  nock.disableNetConnect();
  const auth: GitHubAuth = { type: 'token', token: new Secret('a token of nobody') };
  const options = probotOptions({ apiUrl: API, auth });
  const nowhere = new Writable({ write: (_line, _encoding, done) => done() });
  const probot = new Probot({ ...options, log: createLog('fatal', nowhere), secret: 'unused' });
  return createInstallations(probot, auth).octokit(1);
}

/** The API as seen from the repository acme/bot. */
export const name = { owner: 'acme', repo: 'bot' };
export const api = () => nock(API);
export const repository = () => nock(`${API}/repos/acme/bot`);

/** Answers a list of acme/bot with `items` in pages of 100, with the `Link` header that leads to the next. */
export function answerInPages(
  path: string,
  items: readonly unknown[],
  wrap: (page: readonly unknown[]) => object = (page) => [...page],
): void {
  const last = Math.max(1, Math.ceil(items.length / 100));
  repository()
    .persist()
    .get(path)
    .query((query) => query.per_page === '100')
    .reply((request: Request) => {
      const page = Number(new URL(request.url).searchParams.get('page') ?? 1);
      const next = `<${API}/repos/acme/bot${path}?per_page=100&page=${page + 1}>; rel="next"`;
      return [200, wrap(items.slice((page - 1) * 100, page * 100)), page < last ? { link: next } : {}];
    });
}

/** Takes all answers back; a test calls it at its end. */
export function forget(): void {
  nock.cleanAll();
}

/** Gives the network back; nock would keep it from the test files that come after in the same process. */
export function disconnect(): void {
  nock.enableNetConnect();
  nock.restore();
}
