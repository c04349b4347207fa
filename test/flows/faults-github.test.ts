/**
 * Every call to GitHub that a plan makes, and every way it can fail. The plan is of a pull request that conflicts
 * with its base: it makes every call and needs no container, so that there can be many. Each has a repository of its
 * own, which tells its calls from those of the others.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { NEW_TOKEN_MS, putClockForward } from '../support/clock.ts';
import { startWorld, type World } from '../support/codex.ts';
import type { Fault } from '../support/local-github/faults.ts';
import { openPull, type PullRequest } from '../support/pull-request.ts';
import { RequestTime } from '../support/request-time.ts';

const time = new RequestTime();
let world: World;
beforeAll(async () => {
  // Waits between attempts are random: the shortest of them do for a test.
  const { random } = Math;
  jest.spyOn(Math, 'random').mockImplementation(() => random() / 20);
  world = await startWorld({ CODEX_WORKER_CONCURRENCY: '8' }, { time });
});
/** A new process: Codex keeps to GitHub's limits for writes, which failures use up faster than plans do. */
beforeEach(async () => {
  await world.stop();
  await world.start();
});
afterAll(async () => {
  jest.useRealTimers();
  await world.close();
  jest.restoreAllMocks();
});

type Call = Pick<Fault, 'path' | 'method' | 'when'>;

const isA = (schema: z.ZodType) => (body: unknown) => schema.safeParse(body).success;
const reaction = (content: string) => isA(z.object({ content: z.literal(content) }));
const status = (text: string) => isA(z.object({ status: z.literal(text) }));

const CALLS: Readonly<Record<string, Call>> = {
  permission: { method: 'GET', path: /\/permission$/ },
  acceptance: { method: 'POST', path: /\/reactions$/, when: reaction('eyes') },
  pull: { method: 'GET', path: /\/pulls\/\d+$/ },
  'list-checks': { method: 'GET', path: /\/commits\/\w+\/check-runs$/ },
  'create-check': { method: 'POST', path: /\/check-runs$/ },
  progress: { method: 'PATCH', path: /\/check-runs\/\d+$/, when: status('in_progress') },
  'git-refs': { method: 'GET', path: /\/info\/refs$/ },
  'git-pack': { method: 'POST', path: /\/git-upload-pack$/ },
  base: { method: 'GET', path: /\/git\/ref\/heads\/main$/ },
  completion: { method: 'PATCH', path: /\/check-runs\/\d+$/, when: status('completed') },
  'list-comments': { method: 'GET', path: /\/issues\/\d+\/comments$/ },
  'create-comment': { method: 'POST', path: /\/issues\/\d+\/comments$/ },
  'edit-comment': { method: 'PATCH', path: /\/issues\/comments\/\d+$/ },
  'last-reaction': { method: 'POST', path: /\/reactions$/, when: reaction('-1') },
};

/** A pull request that conflicts, in a repository whose calls meet these failures. */
async function pullWith(
  name: string,
  failures: Readonly<Record<string, Partial<Fault>>>,
): Promise<PullRequest> {
  const pull = await openPull(world, name, { main: { 'a.txt': 'one\n' }, change: { 'a.txt': 'two\n' } });
  await pull.repository.push('main', { 'a.txt': 'three\n' });
  for (const [call, failure] of Object.entries(failures)) {
    const of = CALLS[call];
    if (!of) throw new Error(`There is no call ${call}.`);
    const path = new RegExp(`/acme/${name}\\b.*${of.path.source}`);
    world.github.fail({ ...of, path, answer: 500, ...failure });
  }
  return pull;
}

/** Asks for a plan and looks at what a person sees in the end. */
async function outcome(pull: PullRequest) {
  const { reactions, comment } = await pull.command('/codex plan');
  const checks = (await pull.checks()).map(({ conclusion, output }) => `${conclusion}: ${output.title}`);
  return { reactions, checks, comment: /^### .*$/m.exec(comment)?.[0] };
}

const UNDISTURBED = {
  reactions: ['eyes', '-1'],
  checks: ['failure: Conflicts with the base branch in 1 file'],
  comment: '### ❌ Conflicts with the base branch in 1 file',
};

const GIT = ['git-refs', 'git-pack'];
const API = Object.keys(CALLS).filter((call) => !GIT.includes(call));

function each(calls: readonly string[], failure: Partial<Fault>) {
  return Object.fromEntries(calls.map((call) => [call, failure]));
}

describe('a plan comes to its one verdict although', () => {
  const soon = { headers: { 'retry-after': '0' } };

  test.each<[string, Partial<Fault>, readonly string[]]>([
    ['an error of the server', { answer: 500 }, [...API, ...GIT]],
    ['a server that is too busy', { answer: 503 }, [...API, ...GIT]],
    ['a broken connection', { answer: 'reset' }, [...API, ...GIT]],
    ['an answer that is lost', { answer: 'lost' }, API],
    // Not git's: it gives up by itself, after the 30 s of its configuration.
    ['no answer', { answer: 'hang', onMet: time.isUp }, API],
    ['a rate limit', { answer: 429, ...soon }, [...API, ...GIT]],
    ['a secondary rate limit', { answer: 403, ...soon }, API],
    ['a refused token', { answer: 401 }, API],
    ['a refused permission', { answer: 403 }, API],
    ['a refused content', { answer: 422 }, API],
    // A person without permission, and a comment that is gone, are answered 404 too.
    [
      'something not found',
      { answer: 404 },
      API.filter((call) => !/permission|acceptance|reaction/.test(call)),
    ],
  ])('every call meets once %s', async (what, failure, calls) => {
    const pull = await pullWith(`once-${what.replaceAll(' ', '-')}`, each(calls, failure));
    expect(await outcome(pull)).toEqual(UNDISTURBED);
  });
});

describe('a call that is refused for good leaves an end that says why', () => {
  const forGood = { times: 1_000 };

  test.each<[string, string, Partial<Fault>, Awaited<ReturnType<typeof outcome>>]>([
    [
      'the reading of the pull request',
      'pull',
      { answer: 403 },
      { reactions: ['eyes', '-1'], checks: [], comment: '### `acme` asked `/codex plan`' },
    ],
    ['the check run', 'create-check', { answer: 403 }, { ...UNDISTURBED, checks: [] }],
    [
      'the verdict in the check run',
      'completion',
      { answer: 422 },
      { ...UNDISTURBED, checks: ['null: Merging head and base'] },
    ],
    ['the comment', 'create-comment', { answer: 403 }, { ...UNDISTURBED, comment: undefined }],
    [
      'the fetch',
      'git-refs',
      { answer: 500 },
      {
        reactions: ['eyes', '-1'],
        checks: ['failure: Codex could not run this plan'],
        comment: '### ❌ Codex could not run this plan',
      },
    ],
    [
      'the access to the code',
      'git-refs',
      { answer: 403 },
      {
        reactions: ['eyes', '-1'],
        checks: ['failure: The repository refused the access.'],
        comment: '### ❌ The repository refused the access.',
      },
    ],
  ])('%s', async (_what, call, failure, end) => {
    const pull = await pullWith(`never-${call}-${failure.answer}`, { [call]: { ...forGood, ...failure } });
    expect(await outcome(pull)).toEqual(end);
  });

  test('in words of GitHub', async () => {
    const pull = await pullWith('words', { pull: { ...forGood, answer: 404, message: 'Not Found' } });
    await pull.command('/codex plan');
    expect(await pull.comment()).toContain('GitHub answered 404 to GET /repos/acme/words/pulls/1: Not Found');
  });

  test('and where nothing can be shown, the operator finds it in the log', async () => {
    const pull = await pullWith('silent', each(API, { ...forGood, answer: 403 }));
    const asked = await pull.say('/codex plan');
    await world.log.find('nobody can be told');
    expect(pull.repository.reactions(asked)).toEqual([]);
  });
});

test('tokens that GitHub has revoked are replaced', async () => {
  const pull = await pullWith('revoked', {});
  await pull.command('/codex help');
  world.github.revokeTokens('acme');
  putClockForward(NEW_TOKEN_MS);
  expect(await outcome(pull)).toEqual(UNDISTURBED);
});
