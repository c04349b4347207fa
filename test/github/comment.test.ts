import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { upsertComment } from '../../src/github/comment.ts';
import { react } from '../../src/github/reaction.ts';
import { Secret } from '../../src/redact.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { connect } from './connect.ts';

const name = { owner: 'acme', repo: 'bot' };
const marker = '<!-- codex:conversation -->';
const body = (text: string) => `${marker}\n${text}`;

let github: LocalGitHub;
let octokit: Octokit;
let repository: LocalRepository;
let pull: number;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'mallory'], installedOn: ['acme'] });
  repository = await github.createRepository('acme', 'bot');
  await repository.push('main', { 'a.txt': 'a' });
  octokit = await connect(github).installations.octokit(github.installation('acme'));
});
beforeEach(async () => {
  const branch = `branch-${Math.random()}`;
  await repository.push(branch, { 'b.txt': 'b' });
  pull = await repository.openPull({ head: branch });
});
afterEach(() => github.recover());
afterAll(() => github.close());

const texts = async () =>
  (await repository.comments(pull)).map((comment) => `${comment.user.login}: ${comment.body}`);

describe('the one comment of Codex', () => {
  it('is written once and edited after that', async () => {
    const id = await upsertComment(octokit, name, pull, { marker, body: body('first'), knownId: null });
    const again = await upsertComment(octokit, name, pull, { marker, body: body('second'), knownId: id });

    expect(again).toBe(id);
    expect(await texts()).toEqual([`codex[bot]: ${body('second')}`]);
  });

  it('is found by its marker when the database has forgotten it', async () => {
    await repository.comment(pull, 'acme', 'a remark');
    const id = await upsertComment(octokit, name, pull, { marker, body: body('first'), knownId: null });

    expect(await upsertComment(octokit, name, pull, { marker, body: body('second'), knownId: null })).toBe(
      id,
    );
    expect(await texts()).toEqual(['acme: a remark', `codex[bot]: ${body('second')}`]);
  });

  it('is found behind more than a page of other comments', async () => {
    for (let n = 0; n < 105; n += 1) await repository.comment(pull, 'acme', `remark ${n}`);
    const id = await upsertComment(octokit, name, pull, { marker, body: body('first'), knownId: null });

    expect(await upsertComment(octokit, name, pull, { marker, body: body('second'), knownId: null })).toBe(
      id,
    );
  });

  it('is never one that somebody else wrote with the same marker', async () => {
    await repository.comment(pull, 'mallory', body('mine'));

    await upsertComment(octokit, name, pull, { marker, body: body('first'), knownId: null });
    await upsertComment(octokit, name, pull, { marker, body: body('second'), knownId: null });

    expect(await texts()).toEqual([`mallory: ${body('mine')}`, `codex[bot]: ${body('second')}`]);
  });

  it('is not another in which Codex quotes the marker', async () => {
    const quoting = {
      marker: '<!-- codex:alert -->',
      body: `<!-- codex:alert -->\n\`${marker}\``,
      knownId: null,
    };
    const other = await upsertComment(octokit, name, pull, quoting);

    expect(await upsertComment(octokit, name, pull, { marker, body: body('first'), knownId: null })).not.toBe(
      other,
    );
  });

  it('is written anew after somebody deleted it', async () => {
    const id = await upsertComment(octokit, name, pull, { marker, body: body('first'), knownId: null });
    await repository.deleteComment(id);

    const next = await upsertComment(octokit, name, pull, { marker, body: body('second'), knownId: id });

    expect(next).not.toBe(id);
    expect(await texts()).toEqual([`codex[bot]: ${body('second')}`]);
  });

  it('is not doubled when GitHub wrote it and the answer was lost', async () => {
    github.fail({ method: 'POST', path: /comments$/, answer: 'lost' });

    await expect(
      upsertComment(octokit, name, pull, { marker, body: body('a'), knownId: null }),
    ).rejects.toThrow();
    await upsertComment(octokit, name, pull, { marker, body: body('b'), knownId: null });

    expect(await texts()).toEqual([`codex[bot]: ${body('b')}`]);
  });

  it("is found with an installation's token alone, as GitHub Actions gives it", async () => {
    const id = await upsertComment(octokit, name, pull, { marker, body: body('first'), knownId: null });
    const { token } = Object(await octokit.auth({ type: 'installation' }));
    const { installations } = connect(github, { type: 'token', token: new Secret(token) });
    const plain = await installations.octokit(0);

    expect(await upsertComment(plain, name, pull, { marker, body: body('second'), knownId: null })).toBe(id);
  });

  it('must carry its marker and fit', async () => {
    const write = (text: string) => upsertComment(octokit, name, pull, { marker, body: text, knownId: null });

    await expect(write('no marker')).rejects.toThrow('marker');
    await expect(write(body('x'.repeat(65_536)))).rejects.toThrow('65536');
  });
});

describe('a reaction', () => {
  it('is there once, however often it is given', async () => {
    const comment = await repository.comment(pull, 'acme', '/codex plan');

    await react(octokit, name, comment, 'eyes');
    await react(octokit, name, comment, 'eyes');
    await react(octokit, name, comment, 'rocket');

    expect(repository.reactions(comment)).toEqual(['eyes', 'rocket']);
  });

  it('is given in spite of an outage of a moment', async () => {
    const comment = await repository.comment(pull, 'acme', '/codex plan');
    github.fail({ method: 'POST', path: /reactions$/, answer: 502 });

    await react(octokit, name, comment, 'eyes');

    expect(repository.reactions(comment)).toEqual(['eyes']);
  });
});
