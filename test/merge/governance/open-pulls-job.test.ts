/** Which pull requests are governed anew when a freeze or a base's configuration has changed, and when. */
import { expect, test } from '@jest/globals';
import { ProbotOctokit } from 'probot';
import type { NewJob } from '../../../src/jobs/job.ts';
import { JobStore } from '../../../src/jobs/store.ts';
import { createLog } from '../../../src/log.ts';
import { freezeJobs, openPullsHandler } from '../../../src/merge/governance/open-pulls-job.ts';
import { type OpenPulls, openPullsJob } from '../../../src/merge/governance/payload.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { Intents, running } from '../setup.ts';

/** A repository with so many open pull requests, the odd ones into `main` and the others into `release/1`. */
function repository(open: number, intents = new Intents()) {
  const listed = Array.from({ length: open }, (_, index) => pullNumbered(open - index));
  const answer = async (input: URL | Request | string): Promise<Response> => {
    const asked = new URL(String(input)).searchParams;
    const [size, page] = [Number(asked.get('per_page')), Number(asked.get('page'))];
    return Response.json(listed.slice((page - 1) * size, page * size));
  };
  const octokit = new ProbotOctokit({ throttle: { enabled: false }, request: { fetch: answer } });
  const stored: NewJob[] = [];
  const handler = openPullsHandler({
    findInstallation: async () => 3,
    installations: { octokit: async () => octokit, token: async () => '' },
    intents: intents.store,
    enqueue: (jobs) => void stored.push(...jobs),
    log: createLog('silent'),
  });
  return async (payload: Omit<OpenPulls, 'repositoryId'>): Promise<readonly NewJob[]> => {
    stored.length = 0;
    const job = openPullsJob(
      { installation: 0, repository: 'acme/shop', repositoryId: 7, ...payload },
      'x',
      null,
    );
    await handler.run(running(job), new AbortController().signal);
    return stored;
  };
}

function pullNumbered(number: number) {
  const repo = { id: 7 };
  return {
    ...{ number, title: 'A change', html_url: 'https://example.com', updated_at: '2026-11-21T00:00:00Z' },
    head: { sha: 'a'.repeat(40), ref: `feature/${number}`, repo },
    base: { ref: number % 2 === 1 ? 'main' : 'release/1', repo },
  };
}

const pulls = (jobs: readonly NewJob[]) =>
  jobs.map(({ kind, pull }) => (kind === 'governance' ? pull : kind));

test('all that are open, or those into one base', async () => {
  const govern = repository(4);
  expect(pulls(await govern({ baseRef: null, page: 1, lastPage: 2 }))).toEqual([4, 3, 2, 1]);
  expect(pulls(await govern({ baseRef: 'main', page: 1, lastPage: 2 }))).toEqual([3, 1]);
  expect(await govern({ baseRef: 'main', page: 1, lastPage: 2 })).toMatchObject([
    { installation: 3 },
    { installation: 3 },
  ]);
});

test('the hundred newest at once, the next hundred ten minutes later; first what a merge waits for', async () => {
  const intents = new Intents();
  intents.create({ pull: 7, baseRef: 'main' });
  const govern = repository(120, intents);
  const first = await govern({ baseRef: null, page: 1, lastPage: 2 });
  expect(pulls(first).slice(0, 3)).toEqual([7, 120, 119]);
  expect(first.at(-1)).toMatchObject({ kind: 'governance_open', payload: { page: 2 }, delayMs: 600_000 });
  const second = await govern({ baseRef: null, page: 2, lastPage: 2 });
  expect(pulls(second)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
});

test('a freeze is shown at once, though a next hundred is still to come', async () => {
  const jobs = new JobStore(openDatabase(':memory:'));
  jobs.enqueue((await repository(120)({ baseRef: null, page: 1, lastPage: 2 })).slice(-1), 0);
  jobs.enqueue(freezeJobs([{ repositoryId: 7, repository: 'acme/shop', state: '1:1' }], 1), 1);
  expect(jobs.claim('command', 'worker', 1, 1_000)).toMatchObject({ payload: { page: 1 } });
});

test('no more pages than the job says', async () => {
  const govern = repository(1_200);
  expect(pulls(await govern({ baseRef: null, page: 10, lastPage: 10 }))).not.toContain('governance_open');
});
