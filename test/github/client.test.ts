import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Octokit, repositoryName } from '../../src/github/client.ts';
import { readFile } from '../../src/github/content.ts';
import { classifyFailure } from '../../src/github/failure.ts';
import { mayWrite } from '../../src/github/permission.ts';
import { getPull } from '../../src/github/pull.ts';
import { Secret } from '../../src/redact.ts';
import { NEW_TOKEN_MS, putClockForward } from '../support/clock.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { RequestTime } from '../support/request-time.ts';
import { type Connection, connect } from './connect.ts';

const name = { owner: 'acme', repo: 'bot' };

let github: LocalGitHub;
let repository: LocalRepository;
let connection: Connection;
let octokit: Octokit;
let pull: number;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'other'], installedOn: ['acme', 'other'] });
  repository = await github.createRepository('acme', 'bot', { private: true });
  await repository.push('main', { 'a.txt': 'a' });
  await repository.push('feature', { 'b.txt': 'b' });
  pull = await repository.openPull({ head: 'feature' });
  connection = connect(github);
  octokit = await connection.installations.octokit(github.installation('acme'));
});
afterEach(() => github.recover());
afterAll(async () => {
  await github.close();
  jest.useRealTimers();
});

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error) => classifyFailure(error, Date.now()),
  );
const comment = (text: string) =>
  octokit.rest.issues.createComment({ ...name, issue_number: pull, body: text });

describe('a client of an installation', () => {
  it('is the same one each time, and acts for its own installation only', async () => {
    const { installations } = connection;
    const other = await installations.octokit(github.installation('other'));

    expect(await installations.octokit(github.installation('acme'))).toBe(octokit);
    expect(await failureOf(getPull(other, name, pull))).toMatchObject({ kind: 'forbidden' });
  });

  it('shows no secret on GitHub: not ours, and nothing that looks like one', async () => {
    new Secret('a password of this process');
    const text = 'error: a password of this process, https://me:hunter2@host/';
    await comment(text);
    await octokit.rest.checks.create({
      ...name,
      name: 'codex/plan',
      head_sha: await repository.push('feature', { 'c.txt': 'c' }),
      output: {
        title: 'A title',
        summary: text,
        annotations: [
          { path: 'b.txt', start_line: 1, end_line: 1, annotation_level: 'failure', message: text },
        ],
      },
    });
    const sent = github.requests.filter(({ method }) => method === 'POST').slice(-2);
    const said = JSON.stringify([await repository.comments(pull), sent]);
    expect(said).toContain('error: [redacted], https://[redacted]@host/');
    expect(said).not.toMatch(/a password of this process|hunter2/);
  });

  it('writes 32 times at once: at one write a second the test would run out of time', async () => {
    const written = await Promise.all(Array.from({ length: 32 }, (_, n) => comment(`burst ${n}`)));
    expect(written.map(({ status }) => status)).toEqual(Array(32).fill(201));
  }, 30_000);

  it('repeats a read after a reset connection and after a 502', async () => {
    github.fail({ path: /pulls\/\d+$/, answer: 'reset' });
    expect((await getPull(octokit, name, pull)).number).toBe(pull);
    github.fail({ path: /contents/, answer: 502 });
    expect(await readFile(octokit, name, 'main', 'a.txt')).toBe('a');
  });

  it('gives up on an answer that does not come, and asks again', async () => {
    const time = new RequestTime();
    const { installations } = connect(github, undefined, time);
    const client = await installations.octokit(github.installation('acme'));
    const silence = { path: /pulls\/\d+$/, answer: 'hang', onMet: time.isUp } as const;

    github.fail(silence);
    expect((await getPull(client, name, pull)).number).toBe(pull);
    github.fail({ ...silence, times: 3 });
    expect(await failureOf(getPull(client, name, pull))).toMatchObject({ kind: 'transient' });
  });

  it('gives each attempt ten seconds', async () => {
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    await getPull(octokit, name, pull);
    expect(timeout).toHaveBeenCalledWith(10_000);
    timeout.mockRestore();
  });

  it('does not repeat what may have been done: a comment whose answer was lost', async () => {
    const before = (await repository.comments(pull)).length;
    github.fail({ method: 'POST', path: /comments$/, answer: 'lost' });

    expect(await failureOf(comment('once'))).toMatchObject({ kind: 'transient' });
    expect(await repository.comments(pull)).toHaveLength(before + 1);
  });

  it('waits out a short rate limit and leaves a long one to the queue', async () => {
    const limit = (seconds: number) => ({
      path: /pulls\/\d+$/,
      answer: 403,
      message: 'You have exceeded a secondary rate limit',
      headers: { 'retry-after': String(seconds) },
    });
    github.fail(limit(1));
    expect((await getPull(octokit, name, pull)).number).toBe(pull);

    github.fail(limit(120));
    expect(await failureOf(getPull(octokit, name, pull))).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 120_000,
    });
  });

  it.each([
    [403, 'forbidden'],
    [404, 'gone'],
    [422, 'invalid'],
    [429, 'rate_limited'],
  ])('tells a %d as it is, asked once', async (answer, kind) => {
    const before = github.requests.length;
    github.fail({ path: /pulls\/\d+$/, answer, times: 3 });

    expect(await failureOf(getPull(octokit, name, pull))).toMatchObject({ kind });
    expect(github.requests.length - before).toBe(1);
  });

  it('tells a 401 once it is sure: GitHub may know a token only seconds after it was made', async () => {
    github.fail({ path: /pulls\/\d+$/, answer: 401, times: 20 });
    expect(await failureOf(getPull(octokit, name, pull))).toMatchObject({ kind: 'unauthorized' });
  });

  it('takes a failed look-up of a permission for a failure, not for a permission', async () => {
    github.fail({ path: /permission$/, answer: 403, times: 9 });
    expect(await failureOf(mayWrite(octokit, name, 'acme'))).toMatchObject({ kind: 'forbidden' });
  });

  it('gets a new token where GitHub has revoked the old one', async () => {
    await getPull(octokit, name, pull);
    github.revokeTokens('acme');
    putClockForward(NEW_TOKEN_MS);
    expect(await failureOf(getPull(octokit, name, pull))).toMatchObject({ kind: 'unauthorized' });
    expect((await getPull(octokit, name, pull)).number).toBe(pull);
  });
});

describe('a token for git', () => {
  it('can read contents and nothing else, and is asked for once', async () => {
    const { installations } = connect(github);
    const installation = github.installation('acme');
    const before = github.requests.length;

    const [first, second] = await Promise.all([
      installations.token(installation),
      installations.token(installation),
    ]);

    expect(second).toBe(first);
    const asked = github.requests.slice(before);
    expect(asked.map(({ body }) => body)).toEqual([{ permissions: { contents: 'read' } }]);
    const plain = connect(github, { type: 'token', token: new Secret(first ?? '') });
    const narrow = await plain.installations.octokit(0);
    expect(await readFile(narrow, name, 'main', 'a.txt')).toBe('a');
    expect(
      await failureOf(narrow.rest.issues.createComment({ ...name, issue_number: pull, body: 'no' })),
    ).toMatchObject({ kind: 'forbidden' });
  });

  it('is the given one where Codex has no App', async () => {
    const given = github.token('acme');
    const { installations } = connect(github, { type: 'token', token: new Secret(given) });
    expect(await installations.token(0)).toBe(given);
  });

  it('is asked for again after a failure', async () => {
    const { installations } = connect(github);
    github.fail({ path: /access_tokens$/, answer: 403 });
    await expect(installations.token(github.installation('acme'))).rejects.toThrow();
    expect(await installations.token(github.installation('acme'))).toMatch(/^ghs_/);
  });

  it('does not exist any more when the App was uninstalled', async () => {
    const id = github.installation('other');
    await github.uninstall('other');
    expect(await failureOf(connect(github).installations.token(id))).toMatchObject({ kind: 'gone' });
  });
});

it('writes no credential into a log line or a URL, at the most talkative level', async () => {
  const talking = connect(github);
  const client = await talking.installations.octokit(github.installation('acme'));
  const token = await talking.installations.token(github.installation('acme'));
  github.fail({ path: /pulls\/\d+$/, answer: 422, message: `not with ${token}` });
  await failureOf(getPull(client, name, pull));
  await client.rest.issues.createComment({ ...name, issue_number: pull, body: `my token is ${token}` });

  expect(talking.logged()).toContain('GitHub request: POST');
  for (const text of [talking.logged(), JSON.stringify(github.requests.map((request) => request.url))]) {
    expect(text).not.toContain(token);
    expect(text).not.toMatch(/ghs_|eyJ|PRIVATE KEY/);
  }
});

it("takes a repository's full name apart, and nothing else", () => {
  expect(repositoryName('acme/bot')).toEqual({ owner: 'acme', repo: 'bot' });
  for (const wrong of ['acme', 'acme/', '/bot', 'acme/bot/more', ''])
    expect(() => repositoryName(wrong)).toThrow();
});
