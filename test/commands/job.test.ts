import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ensureCheckRun, updateCheckRun } from '../../src/github/check-run.ts';
import { ALL_TESTS } from '../../src/plan/request-schema.ts';
import { connect } from '../github/connect.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { runRecord } from '../support/records.ts';
import { Commands } from './setup.ts';

let github: LocalGitHub;
let repository: LocalRepository;
let fork: LocalRepository;
let codex: Commands;
let opened = 0;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'writer', 'stranger'], installedOn: ['acme'] });
  repository = await github.createRepository('acme', 'shop');
  await repository.push('main', { 'app.py': 'x = 1\n' });
  await repository.allow('writer', 'push');
  fork = await repository.fork('stranger');
});
afterAll(() => github.close());

beforeEach(() => {
  codex = new Commands(github);
});
afterEach(() => codex.close());

interface Opened {
  readonly number: number;
  readonly head: string;
  readonly branch: string;
}

async function openPull(): Promise<Opened> {
  opened += 1;
  const branch = `change-${opened}`;
  const head = await repository.push(branch, { 'app.py': `x = ${opened}\n` });
  const number = await repository.openPull({ head: branch });
  await codex.follow();
  return { number, head, branch };
}

/** Somebody comments, and Codex does what it does. Gives the reactions in order. */
async function comment(number: number, login: string, body: string): Promise<string[]> {
  const id = await repository.comment(number, login, body);
  await codex.follow();
  return repository.reactions(id);
}

describe('a command of somebody who may write', () => {
  test('is accepted and becomes a plan of the head of that moment', async () => {
    const { number, head, branch } = await openPull();

    expect(await comment(number, 'writer', '/codex plan tests -k "a or b"')).toEqual(['eyes']);

    const [{ run }] = [...codex.plans(number), { run: null }];
    expect(run?.request).toMatchObject({
      installation: github.installation('acme'),
      repository: 'acme/shop',
      pull: number,
      headSha: head,
      headRef: branch,
      baseRef: 'main',
      fork: false,
      arguments: { ...ALL_TESTS, paths: ['tests'], keyword: 'a or b' },
      requestedBy: 'writer',
      trigger: { type: 'comment', commentId: expect.any(Number) },
    });
    expect(codex.answers(number)).toEqual([]);
  });

  test('is run once, however often its job is', async () => {
    const { number } = await openPull();
    await repository.comment(number, 'writer', '/codex plan');
    const [job] = await codex.receive();
    if (!job) throw new Error('no job came of the comment');

    for (const _ of [1, 2, 3]) await codex.handler(job)?.run(job, new AbortController().signal);
    await codex.follow();

    expect(codex.plans(number)).toHaveLength(1);
  });

  test('is not understood: the answer says what was probably meant', async () => {
    const { number } = await openPull();
    expect(await comment(number, 'writer', '/codex paln')).toEqual(['confused']);
    expect(codex.answered(number)).toEqual([
      { asked: '/codex paln', by: 'writer', markdown: expect.stringContaining('Did you mean `plan`?') },
    ]);
  });

  test('stands among others: they run in order', async () => {
    const { number } = await openPull();
    await comment(number, 'writer', '/codex status\n/codex plan\n/codex status');
    expect(codex.answers(number)).toEqual([
      expect.stringMatching(/^Nothing was planned here yet\./),
      expect.stringContaining('queued, number 1 in line'),
    ]);
  });

  test('was edited in: only it is run', async () => {
    const { number } = await openPull();
    const id = await repository.comment(number, 'writer', '/codex plan -k a');
    await codex.follow();
    await repository.editComment(id, 'writer', '/codex plan -k a\n\n/codex status');
    await codex.follow();

    expect(codex.plans(number)).toHaveLength(1);
    expect(codex.answers(number)).toHaveLength(1);
  });

  test('on a closed pull request is refused with words', async () => {
    const { number } = await openPull();
    await repository.closePull(number);
    expect(await comment(number, 'writer', '/codex plan')).toEqual(['eyes', '-1']);
    expect(codex.answers(number)).toEqual([
      'This pull request is closed. Reopen it and comment `/codex plan` again.',
    ]);
    expect(codex.plans(number)).toEqual([]);
  });

  test('whose comment is deleted meanwhile still does its work', async () => {
    const { number } = await openPull();
    const id = await repository.comment(number, 'writer', '/codex plan');
    await repository.deleteComment(id);
    await codex.follow();
    expect(codex.plans(number)).toHaveLength(1);
  });
});

describe('a command that takes a capability', () => {
  test('is refused in words to somebody who has it not, and nothing is done', async () => {
    const { number } = await openPull();
    codex.denied.add('codex.plan');
    expect(await comment(number, 'writer', '/codex plan')).toEqual(['eyes', '-1']);
    expect(codex.answers(number)).toEqual(['writer has no codex.plan. Ask.']);
    expect(codex.plans(number)).toEqual([]);
  });

  test('leaves those that take none to everybody who may write', async () => {
    const { number } = await openPull();
    for (const capability of ['codex.plan', 'codex.pr']) codex.denied.add(capability);
    expect(await comment(number, 'writer', '/codex help')).toEqual(['eyes', '+1']);
    expect(await comment(number, 'writer', '/codex cancel')).toEqual(['eyes', '+1']);
  });
});

describe('a command of somebody who may not write', () => {
  test.each(['/codex plan', '/codex nonsense', '/codex help'])(
    '%s gets a reaction and no words',
    async (body) => {
      const { number } = await openPull();
      expect(await comment(number, 'stranger', body)).toEqual(['-1']);
      expect(codex.plans(number)).toEqual([]);
      expect(codex.answers(number)).toEqual([]);
    },
  );

  test('is refused by the permission of the moment it runs', async () => {
    const { number } = await openPull();
    await repository.allow('stranger', 'push');
    await repository.comment(number, 'stranger', '/codex plan');
    await codex.receive();
    await repository.disallow('stranger');
    await codex.follow();
    expect(codex.plans(number)).toEqual([]);
  });

  test('is not even told that it failed', async () => {
    const { number } = await openPull();
    await repository.comment(number, 'stranger', '/codex plan');
    const [job] = await codex.receive();
    if (!job) throw new Error('no job came of the comment');
    await codex.handler(job)?.abandon(job, 'GitHub was away');
    expect(codex.answers(number)).toEqual([]);
  });
});

describe('a pull request from a fork', () => {
  async function openFromFork(): Promise<number> {
    opened += 1;
    await fork.push(`patch-${opened}`, { 'app.py': `x = -${opened}\n` });
    return repository.openPull({ head: `stranger:patch-${opened}`, author: 'stranger' });
  }

  test('is planned as it stood when the command was written', async () => {
    const number = await openFromFork();
    expect(await comment(number, 'writer', '/codex plan')).toEqual(['eyes']);
    expect(codex.plans(number)).toMatchObject([{ run: { request: { fork: true } } }]);
  });

  test('is refused where it was pushed to after the command was written', async () => {
    const number = await openFromFork();
    const id = await repository.comment(number, 'writer', '/codex plan');
    await codex.receive();
    await fork.push(`patch-${opened}`, { 'app.py': 'import evil\n' });

    await codex.follow();

    expect(repository.reactions(id)).toEqual(['eyes', '-1']);
    expect(codex.plans(number)).toEqual([]);
    expect(codex.answers(number)).toEqual([
      expect.stringContaining('pushed to after your comment was written'),
    ]);
  });
});

describe('cancel, status and help', () => {
  test('cancel stops what is queued and what runs, and says so', async () => {
    const { number, head } = await openPull();
    await comment(number, 'writer', '/codex plan -k first');
    codex.startPlan();
    await comment(number, 'writer', '/codex plan -k second');

    expect(await comment(number, 'writer', '/codex cancel')).toEqual(['eyes', '+1']);

    expect(codex.plans(number).map(({ cancelled }) => cancelled)).toEqual([
      'stopped by writer in a comment',
      'stopped by writer in a comment',
    ]);
    expect(codex.answers(number)).toEqual([`Cancelled 2 plans of \`${head.slice(0, 7)}\`.`]);
    await comment(number, 'writer', '/codex cancel');
    expect(codex.answers(number).at(-1)).toBe('There is no plan to cancel.');
  });

  test('cancel leaves a verdict that stands already, and says so', async () => {
    const { number, head } = await openPull();
    await comment(number, 'writer', '/codex plan');
    const id = codex.startPlan()?.id ?? '';
    codex.runs.finish(id, runRecord({ id }), 5_000);

    await comment(number, 'writer', '/codex cancel');

    expect(codex.answers(number)).toEqual([
      `There is no plan to cancel: that of \`${head.slice(0, 7)}\` has just ended.`,
    ]);
  });

  test('cancel stops a command that still waits to become a plan', async () => {
    const { number } = await openPull();
    const id = await repository.comment(number, 'writer', '/codex plan');
    await repository.comment(number, 'writer', '/codex cancel');

    await codex.follow();

    expect(codex.plans(number)).toEqual([]);
    expect(repository.reactions(id)).toEqual(['-1']);
    expect(codex.answers(number)).toContain('`/codex plan` was not run: `stopped by writer in a comment`.');
  });

  test('cancel leaves other pull requests alone', async () => {
    const one = await openPull();
    const other = await openPull();
    await comment(one.number, 'writer', '/codex plan');
    await comment(other.number, 'writer', '/codex cancel');
    expect(codex.plans(one.number)).toMatchObject([{ cancelled: null }]);
  });

  test('status tells of each plan where it stands', async () => {
    const { number, head } = await openPull();
    await comment(number, 'writer', '/codex plan -k first');
    codex.startPlan();
    await comment(number, 'writer', '/codex plan -k second');
    codex.denied.add('codex.pr');

    expect(await comment(number, 'writer', '/codex status')).toEqual(['eyes', '+1']);

    const sha = `\`${head.slice(0, 7)}\``;
    expect(codex.answers(number)).toEqual([
      [
        `- ${sha}: queued, number 1 in line\n- ${sha}: running, \`testing, 3 of 10\``,
        'What you may use here:',
        '- ✅ `codex.plan`: `yes`\n- 🚫 `codex.pr`: `no` Ask.',
      ].join('\n\n'),
    ]);
  });

  test('help lists the commands, or explains one', async () => {
    const { number } = await openPull();
    await comment(number, 'writer', '/codex help\n/codex help plan\n/codex help paln');
    expect(codex.answers(number)).toEqual([
      expect.stringContaining('`/codex cancel`: Stops'),
      expect.stringContaining('`--maxfail N`: stop after N failures'),
      expect.stringContaining('Did you mean `plan`?'),
    ]);
  });
});

describe('a button on a check', () => {
  /** A plan and its check run with buttons, as the plan's job shows it. */
  async function plannedCheck(number: number, head: string, body = '/codex plan') {
    await comment(number, 'writer', body);
    const run = codex.plans(number).at(-1)?.run;
    if (!run) throw new Error('the command was not planned');
    const { installations } = connect(github);
    const octokit = await installations.octokit(github.installation('acme'));
    const name = { owner: 'acme', repo: 'shop' };
    const output = { title: 'Queued', summary: 'Queued' };
    const actions = ['cancel', 'rerun_failed'].map((identifier) => ({
      label: identifier,
      description: '',
      identifier,
    }));
    const described = { name: 'codex/plan', headSha: head, externalId: run.id, output, actions };
    const checkRun = await ensureCheckRun(octokit, name, described);
    await updateCheckRun(octokit, name, checkRun, { status: 'in_progress', output, actions });
    return checkRun;
  }

  test('Re-run plans again with the arguments of that check', async () => {
    const { number, head } = await openPull();
    const check = await plannedCheck(number, head, '/codex plan tests -k a');
    await repository.rerequestCheckRun(check, 'writer');
    await codex.follow();
    expect(codex.plans(number).at(-1)?.run.request).toMatchObject({
      headSha: head,
      arguments: { paths: ['tests'], keyword: 'a', failed: false },
      trigger: { type: 'check_run' },
    });
    expect(codex.plans(number)).toHaveLength(2);
  });

  test('Re-run failed plans what did not pass', async () => {
    const { number, head } = await openPull();
    const check = await plannedCheck(number, head);
    await repository.clickAction(check, 'rerun_failed', 'writer');
    await codex.follow();
    expect(codex.plans(number).at(-1)?.run.request.arguments).toEqual({ ...ALL_TESTS, failed: true });
  });

  test('Cancel stops the plan of that check', async () => {
    const { number, head } = await openPull();
    const check = await plannedCheck(number, head);
    await repository.clickAction(check, 'cancel', 'writer');
    await codex.follow();
    expect(codex.plans(number)).toMatchObject([{ cancelled: expect.stringContaining('stopped by writer') }]);
  });

  test('Cancel stops no plan of another repository, whatever the check says', async () => {
    const { number } = await openPull();
    await comment(number, 'writer', '/codex plan');
    const externalId = codex.plans(number).at(-1)?.run.id ?? '';
    const other = await github.createRepository('acme', 'other');
    await other.allow('stranger', 'push');
    const headSha = await other.push('main', { 'app.py': 'x = 1\n' });
    const octokit = await connect(github).installations.octokit(github.installation('acme'));
    const output = { title: 'Queued', summary: 'Queued' };
    const actions = [{ label: 'Cancel', description: '', identifier: 'cancel' }];
    const described = { name: 'codex/plan', headSha, externalId, output, actions };
    const check = await ensureCheckRun(octokit, { owner: 'acme', repo: 'other' }, described);
    await updateCheckRun(octokit, { owner: 'acme', repo: 'other' }, check, {
      status: 'in_progress',
      output,
      actions,
    });
    await other.clickAction(check, 'cancel', 'stranger');
    await codex.follow();
    expect(codex.plans(number)).toMatchObject([{ cancelled: null }]);
  });

  test('does nothing for people who may not write', async () => {
    const { number, head } = await openPull();
    const check = await plannedCheck(number, head);
    await repository.clickAction(check, 'cancel', 'stranger');
    await repository.rerequestCheckRun(check, 'stranger');
    await codex.follow();
    expect(codex.plans(number)).toMatchObject([{ cancelled: null }]);
  });

  test('of a head that was left behind is refused with words', async () => {
    const { number, head, branch } = await openPull();
    const check = await plannedCheck(number, head);
    await repository.push(branch, { 'app.py': 'x = "moved"\n' });
    await repository.rerequestCheckRun(check, 'writer');
    await codex.follow();
    expect(codex.plans(number)).toHaveLength(1);
    expect(codex.answers(number)).toEqual([expect.stringContaining('the head is now')]);
  });

  test('Re-run all plans every pull request with that head', async () => {
    const { number, head } = await openPull();
    await plannedCheck(number, head);
    await repository.rerequestSuite(head, 'writer');
    await codex.follow();
    expect(codex.plans(number)).toHaveLength(2);
  });
});

describe('a command that failed for good', () => {
  test('is told to its author', async () => {
    const { number } = await openPull();
    const id = await repository.comment(number, 'writer', '/codex plan');
    const [job] = await codex.receive();
    if (!job) throw new Error('no job came of the comment');

    await codex.handler(job)?.abandon(job, 'GitHub answered 502');

    expect(repository.reactions(id)).toEqual(['-1']);
    expect(codex.answers(number)).toEqual([
      '`/codex plan` could not be run: `GitHub answered 502`. Comment it again to retry.',
    ]);
  });
});
