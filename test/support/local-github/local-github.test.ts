import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { connect } from '../../github/connect.ts';
import { readBody } from './http.ts';
import type { LocalGitHub } from './local-github.ts';
import type { LocalRepository } from './repository.ts';
import { startLocalGitHub } from './start.ts';

interface Received {
  readonly event: string;
  readonly guid: string;
  readonly signed: boolean;
  readonly payload: Record<string, unknown>;
}

let github: LocalGitHub;
let repository: LocalRepository;
let receiver: Server;
let directory: string;
const received: Received[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-github-test-'));
  github = await startLocalGitHub({ users: ['acme', 'dev', 'stranger'], installedOn: ['acme'] });
  receiver = createServer(async (request, response) => {
    const body = await readBody(request);
    const mac = createHmac('sha256', github.deliveries.secret).update(body).digest('hex');
    received.push({
      event: String(request.headers['x-github-event']),
      guid: String(request.headers['x-github-delivery']),
      signed: request.headers['x-hub-signature-256'] === `sha256=${mac}`,
      payload: JSON.parse(body.toString()),
    });
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  // A TCP server has an address object once it listens.
  github.deliveries.deliverTo(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
  repository = await github.createRepository('acme', 'bot', { private: true });
  await repository.push('main', {
    'README.md': '# Bot\n',
    'src/app.py': 'x = 1\n',
    'bin/run': { mode: '100755', text: '#!\n' },
  });
});
afterAll(async () => {
  await github.close();
  await new Promise((resolve) => receiver.close(resolve));
  await rm(directory, { recursive: true, force: true });
});

/** The first `count` events that arrive because of `action`, as `event.action`. */
async function eventsOf(count: number, action: () => Promise<unknown>): Promise<string[]> {
  await github.settled();
  const before = received.length;
  await action();
  await github.until(`${count} events`, () => received.length >= before + count);
  return received
    .slice(before)
    .map(({ event, payload }) => [event, payload.action].filter(Boolean).join('.'));
}

const git = (...args: string[]) =>
  execa('git', args, { cwd: directory, reject: false, env: { GIT_TERMINAL_PROMPT: '0', HOME: directory } });

describe('git over HTTP', () => {
  it('refuses a private repository to nobody, to wrong tokens and to strangers', async () => {
    const [, rest] = repository.pushUrl().split('@');
    for (const url of [`http://${rest}`, `http://x:ghp_wrong@${rest}`, repository.pushUrl('stranger')]) {
      expect((await git('ls-remote', url)).exitCode).not.toBe(0);
    }
  });

  it("gives it to the App's token, which may not push with contents: read", async () => {
    const token = await connect(github).installations.token(github.installation('acme'));
    const url = `http://x-access-token:${token}@${new URL(github.url).host}/acme/bot.git`;

    expect((await git('clone', '--quiet', url, 'clone')).exitCode).toBe(0);

    expect(await readFile(join(directory, 'clone/src/app.py'), 'utf8')).toBe('x = 1\n');
    expect((await git('-C', 'clone', 'push', url, 'HEAD:refs/heads/mine')).exitCode).not.toBe(0);
  });

  it('takes a push, which the API shows and the pull request follows', async () => {
    await git('clone', '--quiet', repository.pushUrl(), 'work');
    await git('-C', 'work', 'checkout', '--quiet', '-b', 'feature/1#2');
    const commit = async (text: string) => {
      await writeFile(join(directory, 'work/src/app.py'), text);
      await git(
        '-C',
        'work',
        '-c',
        'user.name=Dev',
        '-c',
        'user.email=d@e.f',
        'commit',
        '--quiet',
        '-am',
        text,
      );
      const pushed = await git('-C', 'work', 'push', '--quiet', 'origin', 'HEAD');
      expect(pushed.stderr).toBe('');
      return (await git('-C', 'work', 'rev-parse', 'HEAD')).stdout;
    };
    await commit('x = 2\n');
    const number = await repository.openPull({ head: 'feature/1#2' });

    let head = '';
    const events = await eventsOf(3, async () => {
      head = await commit('x = 3\n');
    });

    expect(events.sort()).toEqual(['check_suite.requested', 'pull_request.synchronize', 'push']);
    expect((await repository.pull(number)).head.sha).toBe(head);
    const ref = await git('ls-remote', repository.pushUrl(), `refs/pull/${number}/head`);
    expect(ref.stdout).toBe(`${head}\trefs/pull/${number}/head`);
    const contents = await github.as(
      'acme',
      'GET',
      '/repos/acme/bot/contents/src/app.py?ref=feature%2F1%232',
    );
    expect(Buffer.from(String(Object(contents).content), 'base64').toString()).toBe('x = 3\n');
  });
});

describe('webhooks', () => {
  it('are signed, have ids of their own, and tell what GitHub tells', async () => {
    const start = received.length;
    const head = await repository.push('topic', { 'a.py': 'a = 1\n' });
    const number = await repository.openPull({ head: 'topic', title: 'Topic' });
    const comment = await repository.comment(number, 'acme', 'first');
    await repository.editComment(comment, 'acme', 'second');
    await github.until('the edit', () =>
      received.slice(start).some(({ payload }) => payload.action === 'edited'),
    );

    const fresh = received.slice(start);
    expect(fresh.every(({ signed }) => signed)).toBe(true);
    expect(new Set(fresh.map(({ guid }) => guid)).size).toBe(fresh.length);
    const payload = (event: string, action: string) =>
      fresh.find((one) => one.event === event && one.payload.action === action)?.payload;
    const installation = { id: github.installation('acme') };
    expect(payload('pull_request', 'opened')).toMatchObject({
      number,
      installation,
      pull_request: { head: { sha: head, repo: { pushed_at: expect.any(String) } } },
    });
    expect(payload('issue_comment', 'created')).toMatchObject({
      installation,
      sender: { login: 'acme', type: 'User' },
      issue: { number, pull_request: { url: `${github.url}/repos/acme/bot/pulls/${number}` } },
    });
    expect(payload('issue_comment', 'edited')).toMatchObject({
      comment: { id: comment, body: 'second' },
      changes: { body: { from: 'first' } },
    });
  });

  it('come of the buttons of a check run', async () => {
    const head = await repository.push('buttons', { 'a.py': 'a = 2\n' });
    const number = await repository.openPull({ head: 'buttons' });
    const octokit = await connect(github).installations.octokit(github.installation('acme'));
    const { data: run } = await octokit.rest.checks.create({
      ...{ owner: 'acme', repo: 'bot', name: 'codex/plan', head_sha: head, external_id: 'job' },
      actions: [{ label: 'Cancel', description: 'Stop', identifier: 'cancel' }],
    });

    expect(
      await eventsOf(3, async () => {
        await repository.clickAction(run.id, 'cancel');
        await repository.rerequestCheckRun(run.id);
        await repository.rerequestSuite(head);
      }),
    ).toEqual(['check_run.requested_action', 'check_run.rerequested', 'check_suite.rerequested']);
    expect(received.at(-3)?.payload).toMatchObject({
      requested_action: { identifier: 'cancel' },
      check_run: { id: run.id, external_id: 'job', app: { slug: 'codex' }, pull_requests: [{ number }] },
    });
    await expect(repository.clickAction(run.id, 'missing')).rejects.toThrow('no button');
  });

  it('can be held, lost, and asked for again by the App', async () => {
    const number = await repository.openPull({ head: 'topic', base: 'buttons' });
    const { deliveries } = github;
    const say = (text: string) => repository.comment(number, 'acme', text);

    await github.settled();
    deliveries.mode = 'hold';
    await say('held');
    expect(deliveries.all.at(-1)).toMatchObject({ event: 'issue_comment', status: 0 });
    const released = await eventsOf(1, async () => {
      deliveries.mode = 'send';
    });
    expect(released).toEqual(['issue_comment.created']);

    deliveries.mode = 'fail';
    await say('failed');
    const failed = deliveries.all.at(-1);
    deliveries.mode = 'send';

    const app = await connect(github).installations.octokit(github.installation('acme'));
    const { data: listed } = await app.rest.apps.listWebhookDeliveries({ per_page: 5 });
    expect(listed[0]).toMatchObject({
      guid: failed?.guid,
      event: 'issue_comment',
      status_code: 0,
      redelivery: false,
    });
    const again = await eventsOf(1, () =>
      app.rest.apps.redeliverWebhookDelivery({ delivery_id: listed[0]?.id ?? 0 }),
    );
    expect(again).toEqual(['issue_comment.created']);
    expect(received.at(-1)?.guid).toBe(failed?.guid);
  });

  it('can be lost without a trace', async () => {
    const number = await repository.openPull({ head: 'buttons', base: 'topic' });
    const recorded = github.deliveries.all.length;

    github.deliveries.mode = 'none';
    await repository.closePull(number);
    await repository.push('lost', { 'a.py': 'a = 9\n' });
    github.deliveries.mode = 'send';

    expect((await repository.pull(number)).state).toBe('closed');
    expect(github.deliveries.all).toHaveLength(recorded);
  });

  it('lists deliveries page by page, to the App only', async () => {
    const { installations } = connect(github);
    const app = await installations.octokit(github.installation('acme'));
    const paged = await app.paginate(app.rest.apps.listWebhookDeliveries, { per_page: 3 });
    expect(paged.map(({ id }) => id)).toEqual(github.deliveries.all.map(({ id }) => id).reverse());
    await expect(github.as('acme', 'GET', '/app/hook/deliveries')).rejects.toThrow('401');
  });
});

describe('the API', () => {
  it('takes no token that nobody was given', async () => {
    const asked = await fetch(`${github.url}/repos/acme/bot`, {
      headers: { authorization: 'Bearer ghp_unknown' },
    });
    expect(asked.status).toBe(401);
  });

  it('does not pretend to do what it does not', async () => {
    await expect(github.as('acme', 'PUT', '/repos/acme/bot/contents/x', { content: '' })).rejects.toThrow(
      '501',
    );
  });

  it('ends what an App could do when it is uninstalled, and a deleted repository', async () => {
    const token = await connect(github).installations.token(github.installation('acme'));
    const ask = () =>
      fetch(`${github.url}/repos/acme/bot`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask()).status).toBe(200);

    expect(await eventsOf(1, () => github.uninstall('acme'))).toEqual(['installation.deleted']);
    expect((await ask()).status).toBe(401);

    await repository.delete();
    expect((await git('ls-remote', repository.pushUrl())).exitCode).not.toBe(0);
  });
});

it('waits for a condition until something changes, and names it when the time is over', async () => {
  const before = github.requests.length;
  const waiting = github.until('another request', () => github.requests.length > before);
  await fetch(`${github.url}/meta`);
  expect(await waiting).toBe(true);
  await expect(github.until('a miracle', () => false, 50)).rejects.toThrow('a miracle');
});
