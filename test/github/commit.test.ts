import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { logSince, readCommit } from '../../src/github/commit.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { connect } from './connect.ts';

const name = { owner: 'acme', repo: 'bot' };

let github: LocalGitHub;
let octokit: Octokit;
let repository: LocalRepository;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  repository = await github.createRepository('acme', 'bot');
  octokit = await connect(github).installations.octokit(github.installation('acme'));
});
afterAll(() => github.close());

describe('commits', () => {
  it('of a branch are listed newest first, down to the one that is known', async () => {
    const first = await repository.push('release/1', { 'a.txt': '1' });
    const second = await repository.push('release/1', { 'a.txt': '2' });
    const third = await repository.push('release/1', { 'a.txt': '3' });
    const log = async (after: string | null, limit: number) =>
      (await logSince(octokit, name, 'release/1', after, limit)).map((commit) => commit.sha);

    expect(await log(null, 10)).toEqual([third, second, first]);
    expect(await log(first, 10)).toEqual([third, second]);
    expect(await log(null, 2)).toEqual([third, second]);
    expect(await log(third, 10)).toEqual([]);
  });

  it('of no branch are none', async () => {
    expect(await logSince(octokit, name, 'no-such-branch', null, 10)).toEqual([]);
  });

  it('are read alike, one by one and in the log of a branch', async () => {
    const parent = await repository.push('main', { 'a.txt': '1' });
    const sha = await repository.push('main', { 'a.txt': '2' });

    const commit = await readCommit(octokit, name, sha);

    expect(commit).toMatchObject({ sha, parents: [parent], tree: expect.stringMatching(/^[0-9a-f]{40}$/) });
    const [newest] = await logSince(octokit, name, 'main', parent, 10);
    expect(newest).toMatchObject({ sha, tree: commit.tree, parents: [parent], message: commit.message });
  });
});
