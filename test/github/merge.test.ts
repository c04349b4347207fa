import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { squashMerge } from '../../src/github/merge.ts';
import { connectDocumented, disconnect, forget, name, repository } from './documented.ts';

const PATH = '/pulls/7/merge';
const call = { sha: 'a'.repeat(40), title: 'Add stops (#7)', message: 'Codex-Merge: 1' };

let octokit: Octokit;

beforeAll(async () => {
  octokit = await connectDocumented();
});
afterEach(forget);
afterAll(disconnect);

const merge = () => squashMerge(octokit, name, 7, call);

describe('a squash merge', () => {
  it('names the head it is for, and the commit that landed', async () => {
    const answer = { sha: 'b'.repeat(40), merged: true, message: 'Pull Request successfully merged' };
    repository()
      .put(PATH, {
        merge_method: 'squash',
        sha: call.sha,
        commit_title: call.title,
        commit_message: call.message,
      })
      .reply(200, answer);

    expect(await merge()).toEqual({ type: 'merged', sha: answer.sha });
  });

  it.each([
    [403, 'Resource not accessible by integration'],
    [404, 'Not Found'],
    [405, 'Pull Request is not mergeable'],
    [405, 'Base branch was modified. Review and try the merge again.'],
    [409, 'Head branch was modified. Review and try the merge again.'],
    [422, 'Validation Failed'],
  ])('that GitHub answers with %d "%s" is refused in these words', async (status, message) => {
    const documentation_url = 'https://docs.github.com/rest/pulls/pulls#merge-a-pull-request';
    repository().put(PATH).reply(status, { message, documentation_url });

    expect(await merge()).toEqual({ type: 'refused', status, message });
  });

  it.each([500, 502, 503, 504])(
    'that GitHub answers with %d is unknown, and not tried again',
    async (status) => {
      const asked = repository().put(PATH).reply(status, { message: 'Server Error' });
      const again = repository()
        .put(PATH)
        .reply(200, { sha: 'b'.repeat(40), merged: true, message: '' });

      expect(await merge()).toMatchObject({ type: 'unknown', message: expect.stringContaining(`${status}`) });
      expect(asked.isDone()).toBe(true);
      expect(again.isDone()).toBe(false);
    },
  );

  it('whose connection breaks is unknown, and not tried again', async () => {
    repository().put(PATH).replyWithError('socket hang up');
    const again = repository().put(PATH).reply(200, {});

    expect((await merge()).type).toBe('unknown');
    expect(again.isDone()).toBe(false);
  });

  it.each([
    [200, ''],
    [200, { merged: false, message: 'no' }],
    [202, { uuid: '1' }],
  ])('that is answered with %d and %j is unknown: nobody can tell what happened', async (status, body) => {
    repository().put(PATH).reply(status, body);
    expect((await merge()).type).toBe('unknown');
  });

  it.each([
    [401, {}],
    [403, { 'retry-after': '60' }],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' }],
    [429, { 'retry-after': '60' }],
  ])('that GitHub did not look at (%d, %j) throws', async (status, headers) => {
    repository().put(PATH).reply(status, { message: 'You have exceeded a secondary rate limit' }, headers);
    await expect(merge()).rejects.toMatchObject({ status });
  });
});
