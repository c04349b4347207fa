import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ALL_TESTS } from '../../src/plan/request-schema.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { Commands } from './setup.ts';

const AUTOMATIC = { '.github/codex.yml': 'plan: {auto: true}\n' };
const BY_COMMAND = { '.github/codex.yml': 'plan: {auto: false}\n' };

let github: LocalGitHub;
let repository: LocalRepository;
let fork: LocalRepository;
let codex: Commands;
let opened = 0;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'stranger', 'other'], installedOn: ['acme', 'other'] });
  repository = await github.createRepository('acme', 'shop');
  await repository.push('main', BY_COMMAND);
  fork = await repository.fork('stranger');
});
afterAll(() => github.close());

beforeEach(() => {
  codex = new Commands(github);
});
afterEach(() => codex.close());

/** The heads of a pull request's plans, and why those were cancelled that were. */
function plans(number: number): [string, string | null][] {
  return codex.plans(number).map(({ run, cancelled }) => [run.request.headSha, cancelled]);
}

async function open(files: Record<string, string> = {}) {
  opened += 1;
  const branch = `change-${opened}`;
  const head = await repository.push(branch, { 'app.py': `x = ${opened}\n`, ...files });
  const number = await repository.openPull({ head: branch });
  await codex.follow();
  return { number, head, branch };
}

async function plan(number: number): Promise<void> {
  await repository.comment(number, 'acme', '/codex plan');
  await codex.follow();
}

describe('a new head', () => {
  test('supersedes the plans of older heads, queued and running', async () => {
    const { number, head, branch } = await open();
    await plan(number);
    codex.startPlan();
    await plan(number);
    const next = await repository.push(branch, { 'app.py': 'x = "next"\n' });
    await codex.follow();

    const reason = `superseded by ${next.slice(0, 7)}, the new head of the pull request`;
    expect(plans(number)).toEqual([
      [head, reason],
      [head, reason],
    ]);
  });

  test('leaves its own plan alone, even where the command was faster than the event', async () => {
    const { number, branch } = await open();
    const next = await repository.push(branch, { 'app.py': 'x = "next"\n' });
    await codex.receive();
    await repository.comment(number, 'acme', '/codex plan');
    const [command] = await codex.receive();
    if (!command) throw new Error('no job came of the comment');

    await codex.handler(command)?.run(command, new AbortController().signal);
    await codex.follow();

    expect(plans(number)).toEqual([[next, null]]);
  });

  test('keeps its plan where GitHub answers with another head than that of its event', async () => {
    const { number, head, branch } = await open();
    await github.as('acme', 'PATCH', `/repos/acme/shop/pulls/${number}`, { state: 'closed' });
    await codex.follow();
    await github.as('acme', 'PATCH', `/repos/acme/shop/pulls/${number}`, { state: 'open' });
    const [event] = await codex.receive();
    await plan(number);
    github.deliveries.mode = 'none';
    await repository.push(branch, { 'app.py': 'x = "unseen"\n' });
    github.deliveries.mode = 'send';
    if (!event) throw new Error('no job came of the reopening');

    await codex.handler(event)?.run(event, new AbortController().signal);

    expect(plans(number)).toEqual([[head, null]]);
  });

  test('is not planned where the repository does not ask for it', async () => {
    const { number, branch } = await open(AUTOMATIC);
    await repository.push(branch, { 'app.py': 'x = "next"\n' });
    await codex.follow();
    expect(plans(number)).toEqual([]);
  });
});

describe('where the base branch says plan.auto', () => {
  beforeAll(async () => {
    await repository.push('main', AUTOMATIC);
  });

  test('an opened pull request is planned, once, whatever events tell of it', async () => {
    const { number, head } = await open();
    await repository.rerequestSuite(head, 'stranger');
    await codex.follow();

    expect(codex.plans(number)).toMatchObject([
      {
        run: { request: { headSha: head, trigger: { type: 'auto' }, arguments: ALL_TESTS } },
        cancelled: null,
      },
    ]);
    expect(codex.jobs.get(codex.plans(number)[0]?.run.id ?? '')?.priority).toBe(0);
  });

  test('each new head is planned and supersedes the one before', async () => {
    const { number, head, branch } = await open();
    const next = await repository.push(branch, { 'app.py': 'x = "next"\n' });
    await codex.follow();
    expect(plans(number)).toEqual([
      [head, expect.stringContaining('superseded')],
      [next, null],
    ]);
  });

  test('a head that becomes the head again is planned again', async () => {
    const { number, head, branch } = await open();
    await repository.push(branch, { 'app.py': 'x = "next"\n' });
    await codex.follow();
    await repository.push(branch, {}, { parent: head });
    const back = (await repository.pull(number)).head.sha;
    await codex.follow();
    expect(plans(number).at(-1)).toEqual([back, null]);

    await repository.closePull(number);
    await codex.follow();
    await github.as('acme', 'PATCH', `/repos/acme/shop/pulls/${number}`, { state: 'open' });
    await codex.follow();
    expect(plans(number).slice(-2)).toEqual([
      [back, 'the pull request was closed'],
      [back, null],
    ]);
  });

  test('nothing of a fork is planned before somebody who may write asks for it', async () => {
    await fork.push('patch', { 'app.py': 'import evil\n' });
    const number = await repository.openPull({ head: 'stranger:patch', author: 'stranger' });
    await fork.push('patch', { 'app.py': 'import worse\n' });
    await codex.follow();
    expect(plans(number)).toEqual([]);

    await plan(number);
    expect(plans(number)).toHaveLength(1);
  });

  test('a pull request cannot switch it on for itself', async () => {
    await repository.push('strict', BY_COMMAND);
    opened += 1;
    await repository.push(`change-${opened}`, { ...AUTOMATIC, 'app.py': 'x = "sly"\n' });
    const number = await repository.openPull({ head: `change-${opened}`, base: 'strict' });
    await codex.follow();
    expect(plans(number)).toEqual([]);
  });
});

describe('the end', () => {
  test('of a pull request cancels its plans', async () => {
    const { number } = await open();
    await plan(number);
    await repository.closePull(number);
    await codex.follow();
    for (const [, cancelled] of plans(number)) expect(cancelled).toMatch(/closed|superseded by a newer plan/);
    expect(plans(number).at(-1)?.[1]).toBe('the pull request was closed');
  });

  test('of an installation ends its plans and merges, and nobody else’s', async () => {
    const { number } = await open();
    await plan(number);
    await repository.comment(number, 'acme', '/codex pr');
    const elsewhere = await github.createRepository('other', 'tool');
    await elsewhere.push('main', { 'a.py': 'a = 1\n' });
    await elsewhere.push('change', { 'a.py': 'a = 2\n' });
    const unaffected = await elsewhere.openPull({ head: 'change' });
    await elsewhere.comment(unaffected, 'other', '/codex plan');
    await elsewhere.comment(unaffected, 'other', '/codex pr');
    await codex.follow();

    await github.uninstall('acme');
    await codex.follow();

    const reasons = codex.runs
      .unreported()
      .map(({ id, request }) => [request.repository, codex.jobs.get(id)?.cancelReason ?? null]);
    expect(reasons).toContainEqual(['other/tool', null]);
    expect(reasons.filter(([name, reason]) => name === 'acme/shop' && reason === null)).toEqual([]);
    const withdrawn = { state: 'cancelled', reason: 'Codex was uninstalled from the repository.' };
    expect(codex.merges('acme/shop')).toEqual([withdrawn]);
    expect(codex.merges('other/tool')).toEqual([{ state: 'waiting', reason: null }]);
  });

  test('of an installation leaves nobody to tell of a failed command', async () => {
    const elsewhere = await github.createRepository('other', 'last');
    await elsewhere.push('main', { 'a.py': 'a = 1\n' });
    await elsewhere.push('change', { 'a.py': 'a = 2\n' });
    const number = await elsewhere.openPull({ head: 'change' });
    await codex.receive();
    await elsewhere.comment(number, 'other', '/codex plan');
    const [job] = await codex.receive();
    if (!job) throw new Error('no job came of the comment');
    await github.uninstall('other');

    await expect(codex.handler(job)?.abandon(job, 'GitHub answered 401')).resolves.toBeUndefined();
    expect(codex.answers(number)).toEqual([]);
  });
});
