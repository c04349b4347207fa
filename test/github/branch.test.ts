import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { branchTip, deleteBranch, isProtected } from '../../src/github/branch.ts';
import type { Octokit } from '../../src/github/client.ts';
import { connectDocumented, disconnect, forget, name, repository } from './documented.ts';

const TIP = 'a'.repeat(40);
const READ = '/git/ref/heads%2Ffeature%2F1';
const DELETE = '/git/refs/heads%2Ffeature%2F1';

let octokit: Octokit;

beforeAll(async () => {
  octokit = await connectDocumented();
});
afterEach(forget);
afterAll(disconnect);

const pointsTo = (sha: string) => repository().get(READ).reply(200, { object: { sha } });
const remove = () => deleteBranch(octokit, name, 'feature/1', TIP);

describe('a branch', () => {
  it('is deleted where it still is what it was', async () => {
    pointsTo(TIP);
    const deletion = repository().delete(DELETE).reply(204);

    expect(await remove()).toBe('deleted');
    expect(deletion.isDone()).toBe(true);
  });

  it('that moved stays', async () => {
    pointsTo('b'.repeat(40));
    const deletion = repository().delete(DELETE).reply(204);

    expect(await remove()).toBe('moved');
    expect(deletion.isDone()).toBe(false);
  });

  it('that is not there is gone', async () => {
    repository().get(READ).twice().reply(404, { message: 'Not Found' });
    expect(await branchTip(octokit, name, 'feature/1')).toBeNull();
    expect(await remove()).toBe('gone');
  });

  it.each([
    [404, 'Not Found'],
    [422, 'Reference does not exist'],
  ])('that somebody deletes in between is gone (%d)', async (status, message) => {
    pointsTo(TIP);
    repository().delete(DELETE).reply(status, { message });
    expect(await remove()).toBe('gone');
  });

  it.each([
    [403, 'Resource not accessible by integration'],
    [422, 'Repository rule violations found'],
  ])('that GitHub does not let go throws (%d %s)', async (status, message) => {
    pointsTo(TIP);
    repository().delete(DELETE).reply(status, { message });
    await expect(remove()).rejects.toMatchObject({ status });
  });
});

describe('whether a branch is protected', () => {
  it.each([
    [true, 200, { name: 'main', protected: true }],
    [false, 200, { name: 'main', protected: false }],
    [false, 404, { message: 'Branch not found' }],
  ])('is %s after %d %j', async (expected, status, answer) => {
    repository().get('/branches/main').reply(status, answer);
    expect(await isProtected(octokit, name, 'main')).toBe(expected);
  });
});
