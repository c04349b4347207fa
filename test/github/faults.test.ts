import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { completeCheckRun, ensureCheckRun, updateCheckRun } from '../../src/github/check-run.ts';
import type { Octokit } from '../../src/github/client.ts';
import { upsertComment } from '../../src/github/comment.ts';
import { readFile } from '../../src/github/content.ts';
import { classifyFailure } from '../../src/github/failure.ts';
import { mayWrite } from '../../src/github/permission.ts';
import { getPull, pullsWithHead } from '../../src/github/pull.ts';
import { react } from '../../src/github/reaction.ts';
import { NEW_TOKEN_MS, putClockForward } from '../support/clock.ts';
import type { Fault } from '../support/local-github/faults.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { RequestTime } from '../support/request-time.ts';
import { connect } from './connect.ts';

const name = { owner: 'acme', repo: 'bot' };
const output = { title: 'Title', summary: 'Summary' };
const marker = '<!-- codex:conversation -->';

const time = new RequestTime();
let github: LocalGitHub;
let octokit: Octokit;
let calls: Record<string, () => Promise<unknown>>;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  const repository = await github.createRepository('acme', 'bot');
  await repository.push('main', { 'a.txt': 'a' });
  const headSha = await repository.push('feature', { 'b.txt': 'b' });
  const pull = await repository.openPull({ head: 'feature' });
  const comment = await repository.comment(pull, 'acme', '/codex plan');
  octokit = await connect(github, undefined, time).installations.octokit(github.installation('acme'));
  const run = { name: 'codex/plan', headSha, externalId: 'job', output, actions: [] };
  const id = await ensureCheckRun(octokit, name, run);
  const end = { ...output, conclusion: 'success', annotations: [], maxAnnotations: 50, actions: [] } as const;
  calls = {
    getPull: () => getPull(octokit, name, pull),
    pullsWithHead: () => pullsWithHead(octokit, name, headSha),
    mayWrite: () => mayWrite(octokit, name, 'acme'),
    readFile: () => readFile(octokit, name, 'main', 'a.txt'),
    ensureCheckRun: () => ensureCheckRun(octokit, name, { ...run, externalId: String(Math.random()) }),
    updateCheckRun: () => updateCheckRun(octokit, name, id, { status: 'in_progress', output, actions: [] }),
    completeCheckRun: () => completeCheckRun(octokit, name, id, end),
    upsertComment: () => upsertComment(octokit, name, pull, { marker, body: marker, knownId: null }),
    react: () => react(octokit, name, comment, 'eyes'),
  };
  await upsertComment(octokit, name, pull, { marker, body: marker, knownId: null });
});
afterEach(() => github.recover());
afterAll(async () => {
  await github.close();
  jest.useRealTimers();
});

/** What each call comes to: the kind of its failure, or its value. */
async function outcomes(fault: Omit<Fault, 'path' | 'times'>): Promise<Record<string, unknown>> {
  github.fail({ path: /^\/repos\//, times: Number.POSITIVE_INFINITY, ...fault });
  const ended = Object.entries(calls).map(async ([call, make]) => {
    const outcome = await make().catch((error) => classifyFailure(error, Date.now())?.kind ?? error);
    return [call, outcome];
  });
  return Object.fromEntries(await Promise.all(ended));
}

const each = (kind: string) => Object.fromEntries(Object.keys(calls).map((call) => [call, kind]));

/** What nobody may write to, no file and no comment to react to come to; all else that is not there is gone. */
const absent = () => ({ ...each('gone'), mayWrite: false, readFile: null, react: undefined });

describe('every call to GitHub', () => {
  it.each([
    [{ answer: 403 }, 'forbidden'],
    [{ answer: 403, headers: { 'retry-after': '60' } }, 'rate_limited'],
    [{ answer: 410 }, 'gone'],
    [{ answer: 422 }, 'invalid'],
    [{ answer: 429, headers: { 'retry-after': '60' } }, 'rate_limited'],
    [{ answer: 500 }, 'transient'],
    [{ answer: 503 }, 'transient'],
    [{ answer: 'reset' }, 'transient'],
    [{ answer: 'hang', onMet: time.isUp }, 'transient'],
    // Last, as it puts the clock forward.
    [{ answer: 401, onMet: () => putClockForward(NEW_TOKEN_MS) }, 'unauthorized'],
  ] as const)('that meets %j again and again is %s', async (fault, kind) => {
    expect(await outcomes(fault)).toEqual(kind === 'gone' ? absent() : each(kind));
  });

  it('that finds nothing says so', async () => {
    expect(await outcomes({ answer: 404 })).toEqual(absent());
  });
});
