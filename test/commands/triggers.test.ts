import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { commandPayload } from '../../src/commands/payload.ts';
import { pullRequestPayload } from '../../src/commands/pull-request.ts';
import { EVENTS, jobsFor } from '../../src/commands/triggers.ts';
import { uninstallPayload } from '../../src/commands/uninstall.ts';
import { accountPayload } from '../../src/entitlements/account-events.ts';
import { governancePayload } from '../../src/merge/governance/payload.ts';
import { wakePayload } from '../../src/merge/wake.ts';

const SHA = 'a'.repeat(40);
const WHEN = '2026-11-20T10:00:00Z';

const common = {
  repository: { id: 7, full_name: 'acme/shop' },
  sender: { login: 'writer', type: 'User' },
  installation: { id: 3 },
};

function comment(action: string, body: string | null, changes: Record<string, unknown> = {}) {
  return {
    ...common,
    action,
    issue: { number: 12, pull_request: { url: 'https://api.github.com' } },
    comment: { id: 99, body, updated_at: WHEN },
    ...changes,
  };
}

function checkRun(action: string, changes: Record<string, unknown> = {}, identifier: string | null = null) {
  return {
    ...common,
    action,
    check_run: { name: 'codex/plan', head_sha: SHA, external_id: 'run-1', ...changes },
    ...(identifier === null ? {} : { requested_action: { identifier } }),
  };
}

function checkSuite(action: string) {
  return { ...common, action, check_suite: { id: 5, head_sha: SHA, pull_requests: [] } };
}

function pullRequest(action: string) {
  return { ...common, action, pull_request: { number: 12, head: { sha: SHA }, updated_at: WHEN } };
}

/** The commands of the jobs, in the words of a comment. */
function commands(event: string, payload: unknown): string[] {
  return jobsFor(event, payload, 'd').jobs.map((job) => {
    const { command } = commandPayload.parse(job.payload);
    return [command.name, ...command.words].join(' ');
  });
}

describe('a comment', () => {
  test('becomes a job for each command, in the lane of its pull request', () => {
    expect(jobsFor('issue_comment', comment('created', '/codex plan\n/codex status'), 'delivery')).toEqual({
      ignored: null,
      jobs: ['plan', 'status'].map((name, index) => ({
        kind: 'command',
        queue: 'command',
        dedupe: `comment:99:${WHEN}:${index}`,
        lane: 'command:acme/shop#12',
        installation: 3,
        repository: 'acme/shop',
        pull: 12,
        priority: 50,
        delivery: 'delivery',
        payload: {
          repositoryId: 7,
          sender: 'writer',
          origin: { type: 'comment', commentId: 99, updatedAt: WHEN, member: null },
          command: { text: `/codex ${name}`, name, words: [], mistake: null },
        },
      })),
    });
  });

  test('that is delivered by two subscriptions gives the same jobs, which are stored once', () => {
    const keys = ['one', 'two'].map((delivery) =>
      jobsFor('issue_comment', comment('created', '/codex plan'), delivery).jobs.map(({ dedupe }) => dedupe),
    );
    expect(keys[0]).toEqual(keys[1]);
  });

  test('runs only what an edit added', () => {
    const edited = (from: string, to: string) =>
      commands('issue_comment', comment('edited', to, { changes: { body: { from } } }));
    expect(edited('/codex plan', '/codex plan -k a')).toEqual(['plan -k a']);
    expect(edited('/codex plan', '/codex plan, please')).toEqual(['plan, please']);
    expect(edited('/codex plan', 'Please:\n\n/codex plan')).toEqual([]);
    expect(commands('issue_comment', comment('edited', '/codex plan', { changes: {} }))).toEqual([]);
    expect(commands('issue_comment', comment('edited', '/codex plan'))).toEqual([]);
  });

  test.each([
    ['OWNER', true],
    ['MEMBER', true],
    ['COLLABORATOR', false],
    ['NONE', false],
  ])('of %s tells whether its author is a member of the owner', (author_association, member) => {
    const payload = comment('created', '/codex plan');
    const told = { ...payload, comment: { ...payload.comment, author_association } };
    expect(jobsFor('issue_comment', told, 'd').jobs[0]?.payload).toMatchObject({ origin: { member } });
  });

  test('that was edited does not tell it: the editor may be somebody else', () => {
    const payload = comment('edited', '/codex plan', { changes: { body: { from: '' } } });
    const told = { ...payload, comment: { ...payload.comment, author_association: 'OWNER' } };
    expect(jobsFor('issue_comment', told, 'd').jobs[0]?.payload).toMatchObject({ origin: { member: null } });
  });

  test('that cancels goes ahead of what others wrote, not of what stands before it', () => {
    const priorities = (body: string) =>
      jobsFor('issue_comment', comment('created', body), 'd').jobs.map(({ priority }) => priority);
    expect(priorities('/codex cancel\n/codex plan')).toEqual([100, 50]);
    expect(priorities('/codex plan\n/codex cancel')).toEqual([50, 50]);
  });

  test.each([
    ['is deleted', comment('deleted', '/codex plan')],
    ['stands on an issue', comment('created', '/codex plan', { issue: { number: 12 } })],
    ['gives no command', comment('created', 'Looks good')],
    ['is empty', comment('created', null)],
    ['is a bot’s', comment('created', '/codex plan', { sender: { login: 'x[bot]', type: 'Bot' } })],
    ['is Codex’s own', comment('created', '<!-- codex:conversation -->\n\n/codex plan')],
  ])('that %s is ignored, with a reason', (_what, payload) => {
    expect(jobsFor('issue_comment', payload, 'd')).toEqual({
      jobs: [],
      ignored: expect.stringMatching(/\w/),
    });
  });
});

describe('a button', () => {
  test.each([
    ['Re-run', 'check_run', checkRun('rerequested'), ['plan']],
    ['Re-run failed', 'check_run', checkRun('requested_action', {}, 'rerun_failed'), ['plan --failed']],
    ['Cancel', 'check_run', checkRun('requested_action', {}, 'cancel'), ['cancel']],
    [
      'Re-run of some tests',
      'check_run',
      checkRun('rerequested', { name: 'codex/plan (partial)' }),
      ['plan'],
    ],
    ['Re-run all', 'check_suite', checkSuite('rerequested'), ['plan']],
  ])('%s is a command', (_label, event, payload, expected) => {
    expect(commands(event, payload)).toEqual(expected);
  });

  test('finds its way back by the run and the head, not by the payload’s pull requests', () => {
    const [job] = jobsFor('check_run', checkRun('rerequested'), 'd').jobs;
    expect(job).toMatchObject({ pull: null, lane: `command:acme/shop@${SHA}`, dedupe: 'delivery:d' });
    expect(job?.payload).toMatchObject({ origin: { type: 'check_run', runId: 'run-1', headSha: SHA } });
  });

  test('Cancel goes ahead', () => {
    const [job] = jobsFor('check_run', checkRun('requested_action', {}, 'cancel'), 'd').jobs;
    expect(job?.priority).toBe(100);
  });

  test.each([
    ['of another check', 'check_run', checkRun('rerequested', { name: 'ci/test' })],
    ['that is not ours', 'check_run', checkRun('requested_action', {}, 'format_disk')],
    ['without a name', 'check_run', checkRun('requested_action')],
    ['that a bot pressed', 'check_run', { ...checkRun('rerequested'), sender: { login: 'x', type: 'Bot' } }],
    ['that nobody pressed', 'check_run', checkRun('completed')],
    ['of a suite that ended', 'check_suite', checkSuite('completed')],
  ])('%s is ignored', (_what, event, payload) => {
    expect(jobsFor(event, payload, 'd').jobs.filter(({ kind }) => kind !== 'wake')).toEqual([]);
  });
});

describe('a push', () => {
  test.each(['opened', 'reopened', 'synchronize', 'closed'])('a pull request %s is followed', (action) => {
    const [job] = jobsFor('pull_request', pullRequest(action), 'd').jobs;
    expect(job).toMatchObject({
      kind: 'pull_request',
      lane: 'command:acme/shop#12',
      pull: 12,
      priority: action === 'closed' ? 100 : 50,
      payload: { repositoryId: 7, sender: 'writer', headSha: SHA },
    });
  });

  test('a check suite asks for the pull requests of its head', () => {
    const [job] = jobsFor('check_suite', checkSuite('requested'), 'd').jobs;
    expect(job).toMatchObject({ kind: 'pull_request', pull: null, dedupe: 'check_suite:5:requested' });
  });

  test.each(['locked', 'assigned'])('a pull request %s is ignored', (action) => {
    expect(jobsFor('pull_request', pullRequest(action), 'd').jobs).toEqual([]);
  });

  test.each(['opened', 'reopened', 'synchronize', 'edited', 'ready_for_review', 'converted_to_draft'])(
    'a pull request %s is looked at by governance, beside its commands',
    (action) => {
      const { jobs } = jobsFor('pull_request', pullRequest(action), 'd');
      expect(jobs.filter(({ kind }) => kind === 'governance')).toEqual([
        {
          kind: 'governance',
          queue: 'command',
          dedupe: 'governance:d',
          lane: 'governance:acme/shop#12',
          installation: 3,
          repository: 'acme/shop',
          pull: 12,
          priority: 50,
          delivery: 'd',
          payload: { repositoryId: 7 },
        },
      ]);
    },
  );
});

describe('a push that may change .github/codex.yml', () => {
  const pushed = (more: object) => ({ ...common, ref: 'refs/heads/release/2.4', ...more });
  const governed = (payload: object) =>
    jobsFor('push', payload, 'd').jobs.filter(({ kind }) => kind === 'governance_open');
  const config = '.github/codex.yml';

  test.each([
    ['adds it', { commits: [{ added: ['a.py'] }, { added: [config] }] }],
    ['changes it', { commits: [{ modified: [config] }] }],
    ['removes it', { commits: [{ removed: [config] }] }],
    ['takes back what GitHub does not list', { forced: true, commits: [] }],
    ['has more commits than GitHub lists', { commits: Array.from({ length: 2_048 }, () => ({})) }],
  ])('%s: has the pull requests into the branch governed anew', (_what, more) => {
    expect(governed(pushed(more))).toEqual([
      {
        kind: 'governance_open',
        queue: 'command',
        dedupe: 'governance:push:d',
        lane: 'governance:acme/shop',
        installation: 3,
        repository: 'acme/shop',
        pull: null,
        priority: 40,
        delivery: 'd',
        payload: { repositoryId: 7, baseRef: 'release/2.4', page: 1, lastPage: 10 },
      },
    ]);
  });

  test.each([
    ['other files', pushed({ commits: [{ modified: ['docs/codex.yml', 'a.py'] }] })],
    ['a tag', { ...pushed({ forced: true }), ref: 'refs/tags/v1' }],
  ])('%s: governs nothing anew', (_what, payload) => {
    expect(governed(payload)).toEqual([]);
  });
});

describe('what a merge may wait for', () => {
  const pull = { target: { type: 'pull', number: 12 } };
  const head = { target: { type: 'head', sha: SHA } };
  const base = { target: { type: 'base', ref: 'release/2.4' } };

  test.each([
    ['a label', 'pull_request', pullRequest('labeled'), pull],
    [
      'an approval',
      'pull_request_review',
      { ...common, action: 'submitted', pull_request: { number: 12 } },
      pull,
    ],
    [
      'a thread',
      'pull_request_review_thread',
      { ...common, action: 'resolved', pull_request: { number: 12 } },
      pull,
    ],
    ['another check', 'check_run', checkRun('completed', { name: 'ci/test' }), head],
    ['a suite that ended', 'check_suite', checkSuite('completed'), head],
    ['a status', 'status', { ...common, sha: SHA }, head],
    ['a push to a base', 'push', { ...common, ref: 'refs/heads/release/2.4' }, base],
  ])('%s wakes the merges it may concern, once for each delivery', (_what, event, payload, target) => {
    const wakes = jobsFor(event, payload, 'd').jobs.filter(({ kind }) => kind === 'wake');
    expect(wakes).toMatchObject([
      { dedupe: 'wake:d', priority: 40, payload: { repositoryId: 7, ...target } },
    ]);
  });

  test.each([
    ['its own check run', 'check_run', checkRun('completed', { name: 'codex/pr' })],
    ['an assignment', 'pull_request', pullRequest('assigned')],
    ['a tag', 'push', { ...common, ref: 'refs/tags/v1' }],
  ])('%s wakes nothing', (_what, event, payload) => {
    expect(jobsFor(event, payload, 'd').jobs).toEqual([]);
  });
});

describe('an installation', () => {
  const removed = { installation: { id: 3 }, repositories_removed: [{ full_name: 'acme/shop' }] };

  test.each([
    ['installation', { action: 'deleted', installation: { id: 3 } }, null],
    ['installation', { action: 'suspend', installation: { id: 3 } }, null],
    ['installation_repositories', { ...removed, action: 'removed' }, ['acme/shop']],
  ])('%s that ends stops its plans', (event, payload, repositories) => {
    const [job] = jobsFor(event, payload, 'd').jobs;
    expect(job).toMatchObject({ kind: 'uninstall', installation: 3, payload: { repositories } });
  });

  test('that begins is ignored', () => {
    expect(jobsFor('installation', { action: 'created', installation: { id: 3 } }, 'd').jobs).toEqual([]);
  });
});

const recorded = z.array(
  z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }),
);
const require = createRequire(import.meta.url);
const sources = ['api.github.com', 'ghes-31', 'ghes-32', 'ghes-33', 'ghes-34', 'ghes-35'];
const examples = sources.flatMap((source) =>
  recorded
    .parse(require(`@octokit/webhooks-examples/${source}/index.json`))
    .flatMap(({ name, examples: payloads }) => payloads.map((payload) => ({ name, payload }))),
);

/** What a job's own handler will read. */
const payloads = {
  command: commandPayload,
  pull_request: pullRequestPayload,
  uninstall: uninstallPayload,
  account: accountPayload,
  governance: governancePayload,
  wake: wakePayload,
};
const kindOfPayload = z.enum(['command', 'pull_request', 'uninstall', 'account', 'governance', 'wake']);

function expectReadable(name: string, payload: unknown): void {
  const { jobs, ignored } = jobsFor(name, payload, 'd');
  expect(jobs.length > 0).toBe(ignored === null);
  for (const job of jobs) payloads[kindOfPayload.parse(job.kind)].parse(job.payload);
}

describe('every payload that GitHub was recorded with', () => {
  test('is followed or ignored', () => {
    expect(examples.length).toBeGreaterThan(700);
    for (const { name, payload } of examples) expectReadable(name, payload);
  });

  test('fits what is read of it, where it is an event of the App', () => {
    const misread = examples
      .filter(({ name }) => EVENTS.some((event) => event === name))
      .map(({ name, payload }) => ({ name, payload, ignored: jobsFor(name, payload, 'd').ignored }))
      .filter(({ ignored }) => ignored?.startsWith('the payload'));
    expect(misread).toEqual([]);
  });

  test('is ignored cleanly when anything in it is something else', () => {
    const own = examples.filter(({ name }) => EVENTS.some((event) => event === name));
    const mutated = fc.constantFrom(...own).chain(({ name, payload }) => {
      const paths = fc.constantFrom(...pathsOf(payload, 3));
      const change = fc.tuple(
        paths,
        fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.constant('/codex plan')),
      );
      return fc.array(change, { maxLength: 4 }).map((changes) => ({
        name,
        payload: changes.reduce((data, [path, value]) => replaced(data, path, value), payload),
      }));
    });
    fc.assert(
      fc.property(mutated, ({ name, payload }) => expectReadable(name, payload)),
      { numRuns: 2_000 },
    );
  });

  test('is ignored cleanly when it is no payload at all', () => {
    const event = fc.oneof(fc.constantFrom(...EVENTS, '__proto__', 'constructor', 'push'), fc.string());
    fc.assert(fc.property(event, fc.jsonValue(), expectReadable));
  });
});

type Data = Readonly<Record<string, unknown>>;
const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function pathsOf(data: Data, depth: number): string[][] {
  return Object.entries(data).flatMap(([key, value]) => [
    [key],
    ...(depth > 1 && isData(value) ? pathsOf(value, depth - 1).map((path) => [key, ...path]) : []),
  ]);
}

function replaced(data: Data, [key = '', ...rest]: readonly string[], value: unknown): Data {
  const inner = data[key];
  return { ...data, [key]: rest.length === 0 ? value : replaced(isData(inner) ? inner : {}, rest, value) };
}
