import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { completeCheckRun, ensureCheckRun, updateCheckRun } from '../../src/github/check-run.ts';
import type { Annotation } from '../../src/github/check-run-output.ts';
import type { Octokit } from '../../src/github/client.ts';
import { classifyFailure } from '../../src/github/failure.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { connect } from './connect.ts';

const name = { owner: 'acme', repo: 'bot' };
const output = { title: 'Queued', summary: 'Position 1' };
const ended = {
  conclusion: 'failure',
  title: '3 failed',
  summary: 'What failed',
  text: 'Details',
  maxAnnotations: 1000,
  actions: [],
} as const;

const annotations = (count: number): Annotation[] =>
  Array.from({ length: count }, (_, n) => ({
    path: 'tests/test_it.py',
    startLine: n + 1,
    endLine: n + 1,
    level: 'failure',
    title: `test ${n + 1}`,
    message: 'assert False',
  }));

let github: LocalGitHub;
let octokit: Octokit;
let repository: LocalRepository;
let sha: string;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  repository = await github.createRepository('acme', 'bot');
  octokit = await connect(github).installations.octokit(github.installation('acme'));
});
beforeEach(async () => {
  sha = await repository.push('main', { 'a.txt': String(Math.random()) });
});
afterEach(() => github.recover());
afterAll(() => github.close());

const newRun = (externalId: string) => ({
  name: 'codex/plan',
  headSha: sha,
  externalId,
  output,
  actions: [],
});
const sent = () =>
  github.requests.filter((request) => request.method !== 'GET' && request.url.includes('/check-runs'));

describe('a check run', () => {
  it('exists once per external id, however often it is asked for', async () => {
    const first = await ensureCheckRun(octokit, name, newRun('job-1'));
    const again = await ensureCheckRun(octokit, name, newRun('job-1'));
    const other = await ensureCheckRun(octokit, name, newRun('job-2'));

    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(await repository.checkRuns(sha)).toMatchObject([
      { id: first, external_id: 'job-1', status: 'queued', name: 'codex/plan' },
      { id: other, external_id: 'job-2' },
    ]);
  });

  it('is found again when GitHub created it and the answer was lost', async () => {
    github.fail({ method: 'POST', path: /check-runs$/, answer: 'lost' });

    await expect(ensureCheckRun(octokit, name, newRun('lost'))).rejects.toThrow();
    const id = await ensureCheckRun(octokit, name, newRun('lost'));

    expect((await repository.checkRuns(sha)).map((run) => run.id)).toEqual([id]);
  });

  it('shows its progress and a button', async () => {
    const id = await ensureCheckRun(octokit, name, newRun('progress'));
    const cancel = { label: 'Cancel', description: 'Stop this plan', identifier: 'cancel' };

    await updateCheckRun(octokit, name, id, {
      status: 'in_progress',
      startedAt: '2026-01-01T00:00:00Z',
      output: { title: 'Testing', summary: '12 of 40' },
      actions: [cancel],
    });

    expect(await repository.checkRuns(sha)).toMatchObject([
      { status: 'in_progress', output: { title: 'Testing', summary: '12 of 40' }, actions: [cancel] },
    ]);
  });

  it('carries 120 annotations, 50 a request, in their order, and concludes with the last of them', async () => {
    const id = await ensureCheckRun(octokit, name, newRun('many'));
    const before = sent().length;

    await completeCheckRun(octokit, name, id, { ...ended, annotations: annotations(120) });

    const [run] = await repository.checkRuns(sha);
    expect(run).toMatchObject({ status: 'completed', conclusion: 'failure', output: { text: 'Details' } });
    expect(run?.annotations.map((annotation) => annotation.start_line)).toEqual(
      Array.from({ length: 120 }, (_, n) => n + 1),
    );
    const bodies = sent()
      .slice(before)
      .map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    expect(bodies.map((body) => Object(body).conclusion)).toEqual([undefined, undefined, 'failure']);
  });

  it('shows no more annotations than it is told', async () => {
    const id = await ensureCheckRun(octokit, name, newRun('cut'));

    await completeCheckRun(octokit, name, id, { ...ended, annotations: annotations(80), maxAnnotations: 60 });

    expect((await repository.checkRuns(sha))[0]?.annotations).toHaveLength(60);
  });

  it('is the same after it was completed twice', async () => {
    const id = await ensureCheckRun(octokit, name, newRun('twice'));
    const end = { ...ended, annotations: annotations(70) };

    await completeCheckRun(octokit, name, id, end);
    const once = await repository.checkRuns(sha);
    await completeCheckRun(octokit, name, id, end);

    expect(await repository.checkRuns(sha)).toEqual(once);
  });

  it.each(['reset', 'lost'] as const)(
    'has each annotation once when the second batch is %s',
    async (answer) => {
      const id = await ensureCheckRun(octokit, name, newRun(answer));
      const end = { ...ended, annotations: annotations(120) };
      github.fail({ method: 'PATCH', path: /check-runs\/\d+$/, after: 1, answer });

      const failure = await completeCheckRun(octokit, name, id, end).catch((error) =>
        classifyFailure(error, 0),
      );
      expect(failure?.kind).toBe('transient');
      await completeCheckRun(octokit, name, id, end);

      const [run] = await repository.checkRuns(sha);
      expect(run?.conclusion).toBe('failure');
      expect(run?.annotations.map(({ start_line }) => start_line)).toEqual(
        annotations(120).map((a) => a.startLine),
      );
    },
  );

  it('refuses what GitHub would refuse, before it is sent', async () => {
    const id = await ensureCheckRun(octokit, name, newRun('limits'));
    const before = sent().length;
    const long = { ...ended, annotations: [], summary: 'x'.repeat(65_536) };
    const button = { label: 'x'.repeat(21), description: '', identifier: 'x' };

    await expect(completeCheckRun(octokit, name, id, long)).rejects.toThrow('65535');
    await expect(
      updateCheckRun(octokit, name, id, { status: 'in_progress', output, actions: [button] }),
    ).rejects.toThrow('longer than GitHub takes');
    expect(sent()).toHaveLength(before);
  });
});
