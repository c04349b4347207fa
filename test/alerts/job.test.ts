/** Jobs about alerts: what is done once, what is tried again, and what is given up. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ProbotOctokit } from 'probot';
import { stringify } from 'yaml';
import type { Alert } from '../../src/alerts/alert.ts';
import { AuditTrail } from '../../src/alerts/audit.ts';
import { Heartbeats } from '../../src/alerts/heartbeats.ts';
import { AlertIssues } from '../../src/alerts/issues.ts';
import { type AlertDependencies, alertHandler } from '../../src/alerts/job.ts';
import { alertJob } from '../../src/alerts/receive.ts';
import type { OpenedRepository } from '../../src/alerts/repositories.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { FreezeStore } from '../../src/merge/freezes.ts';
import { parseRepositoryConfig } from '../../src/repository/config.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { alertOf, NOW, SUBJECT } from './setup.ts';

const HOUR = 3_600_000;
const ID = 7;

let db: Db;
let jobs: JobStore;
let wakes: number;
beforeEach(() => {
  db = openDatabase(':memory:');
  jobs = new JobStore(db);
  wakes = 0;
});

const frozen = (now = NOW) => new FreezeStore(db).standing(ID, 'main', now).length;
const came = () =>
  new AuditTrail(db)
    .latest({ repository: null, alert: null }, 100)
    .map(({ action, outcome }) => `${action}: ${outcome}`)
    .reverse();

function repository(then: readonly object[]): OpenedRepository {
  const [owner = '', repo = ''] = SUBJECT.repository.split('/');
  const strategies = { [SUBJECT.strategy]: { paths: ['strategies/**'], heartbeat_minutes: 60 } };
  const text = stringify({ strategies, alerts: [{ when: { strategy: '*' }, then }] });
  return {
    ...{ octokit: new ProbotOctokit(), name: { owner, repo }, installation: 1, id: ID },
    ...{ fullName: SUBJECT.repository, url: `https://github.test/${SUBJECT.repository}` },
    config: parseRepositoryConfig(text, {}).config,
    mistakes: [],
  };
}

function dependencies(changes: Partial<AlertDependencies>, now = NOW): AlertDependencies {
  return {
    repositories: { open: async () => repository([{ freeze: {} }]) },
    trail: new AuditTrail(db),
    heartbeats: new Heartbeats(db),
    entitled: async () => ({ allowed: true, reason: 'paid' }),
    effects: {
      freezes: new FreezeStore(db),
      issues: new AlertIssues(db),
      wakeMerges: () => {
        wakes += 1;
      },
      mayPlan: async () => ({ allowed: false, reason: 'Plans are not paid.' }),
      requestPlan: () => undefined,
      receipts: () => [],
    },
    enqueue: (given) => jobs.enqueue(given, now),
    now: () => now,
    ...changes,
  };
}

/** Runs the job of an alert, on its try number `attempt`. */
async function act(
  alert: Partial<Alert> = {},
  changes: Partial<AlertDependencies> = {},
  { attempt = 1, now = NOW } = {},
): Promise<void> {
  const [job] = jobs.enqueue(
    [{ ...alertJob({ alert: alertOf(alert), collapsed: null }), dedupe: null }],
    now,
  );
  if (!job) throw new Error('The job was not stored.');
  await alertHandler(dependencies(changes, now)).run({ ...job, attempt }, new AbortController().signal);
}

const open = (...then: object[]): Pick<AlertDependencies, 'repositories'> => ({
  repositories: { open: async () => repository(then) },
});

/** What Octokit throws where GitHub answers `status`. */
function answered(status: number): Error {
  const request = { method: 'GET', url: 'https://api.github.test/x' };
  return Object.assign(new Error('no'), { name: 'HttpError', status, request, response: { headers: {} } });
}

describe('an action is done once for an alert', () => {
  test('however often its job runs', async () => {
    await act();
    await act();
    expect([frozen(), wakes, came()]).toEqual([1, 1, ['freeze: done']]);
  });

  test('and a retry does only what is missing', async () => {
    const both = open({ freeze: {} }, { unfreeze: {} });
    const { effects } = dependencies({});
    const store = new FreezeStore(db);
    const freezes = {
      freeze: store.freeze.bind(store),
      unfreezeStrategy: () => {
        throw answered(503);
      },
    };
    await expect(act({}, { ...both, effects: { ...effects, freezes } })).rejects.toThrow();
    expect([wakes, came()]).toEqual([1, ['freeze: done']]);
    await act({}, both);
    expect([wakes, came()]).toEqual([2, ['freeze: done', 'unfreeze: done']]);
  });

  test('and no more often in an hour than its limit says', async () => {
    const idOf = (index: number) => index.toString(16).padStart(32, '0');
    for (let index = 0; index < 201; index++) await act({ id: idOf(index) });
    expect(came().filter((entry) => entry === 'freeze: limited')).toHaveLength(1);
    await act({ id: idOf(999) }, {}, { now: NOW + 2 * HOUR });
    expect(came().at(-1)).toBe('freeze: done');
  });
});

test('an alert that fired before one that had its turn undoes nothing', async () => {
  await act({ id: 'a'.repeat(32), timenow: new Date(NOW).toISOString() }, open({ unfreeze: {} }));
  await act({ id: 'b'.repeat(32), timenow: new Date(NOW - 1000).toISOString() });
  expect([frozen(), came()]).toEqual([0, ['unfreeze: done', 'freeze: overtaken']]);
});

test('a freeze that would have ended by now is none', async () => {
  const late = { timenow: new Date(NOW - 25 * HOUR).toISOString() };
  await act(late);
  expect([frozen(), came()]).toEqual([0, ['freeze: refused']]);
});

test('a storm is said once, beside what its latest alert caused', async () => {
  const storm = alertJob({ alert: alertOf(), collapsed: { count: 9_950, firstAt: NOW - HOUR, lastAt: NOW } });
  for (const dedupe of ['first', 'again']) {
    const [job] = jobs.enqueue([{ ...storm, dedupe }], NOW);
    if (!job) throw new Error('The job was not stored.');
    await alertHandler(dependencies({})).run(job, new AbortController().signal);
  }
  expect(came()).toEqual(['null: limited', 'freeze: done']);
  const [, { detail } = { detail: '' }] = new AuditTrail(db).latest({ repository: null, alert: null }, 2);
  expect(detail).toContain("It stands for 9,950 more of the strategy's");
});

test('without the entitlement nothing is done, and the reason is kept', async () => {
  await act({}, { entitled: async () => ({ allowed: false, reason: 'not paid' }) });
  expect([frozen(), came()]).toEqual([0, ['null: refused']]);
});

test('plans need their own entitlement', async () => {
  await act({}, open({ plan: {} }));
  expect(came()).toEqual(['plan: refused']);
});

describe('while GitHub cannot be reached', () => {
  const down = {
    repositories: {
      open: async () => {
        throw answered(503);
      },
    },
  };

  test('a job is tried again', async () => {
    await expect(act({}, down)).rejects.toThrow();
    expect(came()).toEqual([]);
  });

  test('after its last try another job follows, for a day', async () => {
    await act({}, down, { attempt: 5 });
    expect(jobs.nextDue(NOW)).toBe(NOW + HOUR / 4);
    await expect(act({}, down, { attempt: 5, now: NOW + 25 * HOUR })).rejects.toThrow();
  });

  test('what is a bug is not tried for a day', async () => {
    const broken = { repositories: { open: () => Promise.reject(new TypeError('a bug')) } };
    await expect(act({}, broken, { attempt: 5 })).rejects.toThrow('a bug');
  });
});

test('what is given up is in the trail', async () => {
  const [job] = jobs.enqueue([alertJob({ alert: alertOf(), collapsed: null })], NOW);
  if (!job) throw new Error('The job was not stored.');
  await alertHandler(dependencies({})).abandon(job, 'Given up after 5 attempts.');
  expect(came()).toEqual(['null: failed']);
});

describe('silence', () => {
  const silent = (now: number) => new Heartbeats(db).changed(now).map(({ strategy }) => strategy);

  test('is told when it is longer than the configuration says', async () => {
    await act();
    expect(silent(NOW + HOUR)).toEqual([]);
    expect(silent(NOW + HOUR + 1)).toEqual([SUBJECT.strategy]);
  });

  test('is none while an alert waits in the queue', async () => {
    await act();
    jobs.enqueue([alertJob({ alert: alertOf({ id: 'c'.repeat(32) }), collapsed: null })], NOW + HOUR);
    expect(silent(NOW + HOUR + 1)).toEqual([]);
  });

  test('is told once, and its end once', async () => {
    await act();
    const heartbeats = new Heartbeats(db);
    const [fallen] = heartbeats.changed(NOW + 2 * HOUR);
    if (!fallen) throw new Error('It is not silent.');
    heartbeats.told(fallen, NOW + 2 * HOUR);
    expect(silent(NOW + 2 * HOUR)).toEqual([]);
    await act({ id: 'd'.repeat(32), receivedAt: NOW + 2 * HOUR }, {}, { now: NOW + 2 * HOUR });
    expect(silent(NOW + 2 * HOUR)).toEqual([SUBJECT.strategy]);
    heartbeats.told(fallen, null);
    expect(silent(NOW + 2 * HOUR)).toEqual([]);
  });
});
