/** A merge over a real connection that fails: what nock cannot show. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { squashMerge } from '../../src/github/merge.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { RequestTime } from '../support/request-time.ts';
import { connect } from './connect.ts';

const name = { owner: 'acme', repo: 'bot' };

const time = new RequestTime();
let github: LocalGitHub;
let octokit: Octokit;
let pull: number;
let sha: string;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  const repository = await github.createRepository('acme', 'bot');
  await repository.push('main', { 'a.txt': 'a' });
  sha = await repository.push('feature', { 'b.txt': 'b' });
  pull = await repository.openPull({ head: 'feature' });
  octokit = await connect(github, undefined, time).installations.octokit(github.installation('acme'));
});
afterEach(() => github.recover());
afterAll(() => github.close());

it.each(['hang', 'reset', 'lost', 'withheld'] as const)(
  'a merge whose answer is missing (%s) is unknown, and asked for once',
  async (answer) => {
    const onMet = time.isUp;
    github.fail({ method: 'PUT', path: /\/merge$/, answer, times: Number.POSITIVE_INFINITY, onMet });
    const before = merges().length;

    const answered = await squashMerge(octokit, name, pull, { sha, title: 'B', message: '' });

    expect(answered).toMatchObject({ type: 'unknown', message: expect.stringContaining('no answer') });
    expect(merges()).toHaveLength(before + 1);
  },
);

const merges = () => github.requests.filter(({ method, url }) => method === 'PUT' && url.endsWith('/merge'));
