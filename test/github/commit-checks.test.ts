import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { readCommitChecks } from '../../src/github/commit-checks.ts';
import { answerInPages, connectDocumented, disconnect, forget, name } from './documented.ts';

const SHA = 'a'.repeat(40);

let octokit: Octokit;

beforeAll(async () => {
  octokit = await connectDocumented();
});
afterEach(forget);
afterAll(disconnect);

interface Reported {
  runs?: object[];
  statuses?: object[];
}

function reported({ runs = [], statuses = [] }: Reported) {
  answerInPages(`/commits/${SHA}/check-runs`, runs, (page) => ({
    total_count: runs.length,
    check_runs: page,
  }));
  answerInPages(`/commits/${SHA}/status`, statuses, (page) => ({
    state: 'pending',
    sha: SHA,
    total_count: statuses.length,
    statuses: page,
    url: `https://api.github.com/repos/acme/bot/commits/${SHA}/status`,
  }));
  return readCommitChecks(octokit, name, SHA);
}

const run = (id: number, conclusion: string | null, { app = 15368, context = 'test' } = {}) => ({
  id,
  name: context,
  app: { id: app },
  status: conclusion === null ? 'in_progress' : 'completed',
  conclusion,
  html_url: `https://github.com/acme/bot/runs/${id}`,
});
const status = (context: string, state: string) => ({ context, state, target_url: null });

describe('what is reported about a commit', () => {
  it.each([
    ['success', 'success'],
    ['neutral', 'success'],
    ['skipped', 'success'],
    ['failure', 'failure'],
    ['cancelled', 'failure'],
    ['timed_out', 'failure'],
    ['action_required', 'failure'],
    ['stale', 'failure'],
    ['startup_failure', 'failure'],
    [null, 'pending'],
  ])('as a check run that is %s counts as %s', async (conclusion, state) => {
    expect(await reported({ runs: [run(1, conclusion)] })).toEqual([
      { context: 'test', appId: 15368, state, conclusion, url: 'https://github.com/acme/bot/runs/1' },
    ]);
  });

  it.each([
    ['success', 'success'],
    ['failure', 'failure'],
    ['error', 'failure'],
    ['pending', 'pending'],
  ])('as a status that is %s counts as %s, of no App', async (word, state) => {
    expect(await reported({ statuses: [status('ci/old', word)] })).toMatchObject([
      { context: 'ci/old', appId: null, state, url: null },
    ]);
  });

  it('twice by one App under one name counts as it was said last', async () => {
    const runs = [run(2, 'failure'), run(3, null), run(1, 'success')];
    expect(await reported({ runs })).toMatchObject([{ state: 'pending' }]);
  });

  it('by two Apps under one name counts twice', async () => {
    const runs = [run(1, 'success'), run(2, 'failure', { app: 7 })];
    expect(await reported({ runs })).toMatchObject([
      { appId: 15368, state: 'success' },
      { appId: 7, state: 'failure' },
    ]);
  });

  it('is read to the end, however much it is', async () => {
    const runs = Array.from({ length: 230 }, (_, n) => run(n, 'success', { context: `run ${n}` }));
    const statuses = Array.from({ length: 120 }, (_, n) => status(`status ${n}`, 'success'));

    const contexts = (await reported({ runs, statuses })).map((check) => check.context);

    expect(contexts).toHaveLength(350);
    expect(contexts).toEqual(expect.arrayContaining(['run 229', 'status 119']));
  });
});
