import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import type { SandboxEvent } from '../../src/plan/events.ts';
import {
  abandonedRecord,
  cancelledRecord,
  conflictRecord,
  finishedRecord,
  type Measured,
  refusedRecord,
} from '../../src/plan/outcome.ts';
import { runRecord as schema } from '../../src/plan/record.ts';
import { ALL_TESTS } from '../../src/plan/request-schema.ts';
import { DEFAULT_LIMITS } from '../../src/plan/sandbox/limits.ts';
import { SessionTally } from '../../src/plan/tally.ts';
import { parseRepositoryConfig } from '../../src/repository/config.ts';
import { planRequest } from './setup.ts';

const run = { id: 'run', request: planRequest() };
const input = { id: 'run', headSha: 'a'.repeat(40), arguments: ALL_TESTS };

const source = {
  headSha: 'a'.repeat(40),
  baseSha: 'b'.repeat(40),
  tree: 'c'.repeat(40),
  notes: ['1 submodule is not fetched.'],
  config: parseRepositoryConfig(null, {}).config,
};

const passed: SandboxEvent[] = [
  { event: 'collected', count: 1 },
  { event: 'start', nodeid: 't.py::a' },
  {
    event: 'result',
    nodeid: 't.py::a',
    outcome: 'passed',
    seconds: 1,
    path: null,
    line: null,
    message: '',
    traceback: '',
  },
  { event: 'end', exit_code: 0, collected: 1, results: 1, warnings: 0 },
  { event: 'exit', status: 0 },
];

function measured(events: readonly SandboxEvent[], more: Partial<Measured> = {}): Measured {
  const tally = new SessionTally();
  for (const event of events) tally.add(event);
  return {
    source,
    image: { id: 'sha256:1', digest: null },
    environment: {
      ...{ volume: null, description: 'uv.lock', notes: ['From the cache.'] },
      ...{ missing: [], mismatched: [] },
    },
    limits: DEFAULT_LIMITS,
    tally: tally.tally(),
    end: { status: 0, oomKilled: false, timedOut: false, seconds: 1, forged: 0 },
    command: 'docker run',
    output: '',
    attributions: new Map(),
    baseCollected: null,
    firstTestSeconds: 0.8,
    seconds: { test: 1 },
    ...more,
  };
}

const whole = { bytes: 10, kept: 10 };

describe('the record of a plan', () => {
  test('whose tests passed says what was tested, with what, and every remark', () => {
    const record = finishedRecord(input, measured(passed), whole);
    expect(schema.parse(record)).toEqual(record);
    expect(record).toMatchObject({
      conclusion: 'success',
      tree: 'c'.repeat(40),
      base_sha: 'b'.repeat(40),
      image: 'sha256:1',
      dependencies: 'uv.lock',
      command: 'docker run',
      exit_code: 0,
      notes: ['1 submodule is not fetched.', 'From the cache.'],
      in_flight: null,
      truncated: false,
    });
  });

  test('that timed out names the test that ran, even where pytest could still end its session', () => {
    const events = [
      { event: 'collected', count: 2 },
      { event: 'start', nodeid: 't.py::slow' },
      { event: 'end', exit_code: 2, collected: 2, results: 0, warnings: 0 },
      { event: 'exit', status: 2 },
    ] as const;
    const end = { status: 2, oomKilled: false, timedOut: true, seconds: 9, forged: 0 };
    const record = finishedRecord(input, measured(events, { end }), whole);
    expect(record).toMatchObject({ conclusion: 'timed_out', in_flight: 't.py::slow' });
  });

  test('of some tests says which were asked for: the others may fail', () => {
    const some = {
      ...ALL_TESTS,
      failed: true,
      keyword: 'a or b',
      marker: 'slow',
      paths: ['tests/api'],
      maxfail: 3,
    };
    expect(finishedRecord({ ...input, arguments: some }, measured(passed), whole).notes[0]).toBe(
      'Only some of the tests were asked for: `--failed -k "a or b" -m "slow" tests/api`.',
    );
    const all = finishedRecord(
      { ...input, arguments: { ...ALL_TESTS, maxfail: 3 } },
      measured(passed),
      whole,
    );
    expect(all.notes).toEqual(['1 submodule is not fetched.', 'From the cache.']);
  });

  test('whose log was cut says so', () => {
    expect(finishedRecord(input, measured(passed), { bytes: 10, kept: 4 }).truncated).toBe(true);
  });

  test('that met a conflict is a failure with the files, and no tree', () => {
    const record = conflictRecord('run', { ...source, conflicts: ['a.py', 'b.py'] }, { source: 1 });
    expect(record).toMatchObject({
      conclusion: 'failure',
      title: 'Conflicts with the base branch in 2 files',
      conflicts: ['a.py', 'b.py'],
      tree: null,
    });
  });

  test('that never ran says why, and never passes', () => {
    const records = [
      refusedRecord(run, new UserError('The head is gone.', 'Push it again.')),
      cancelledRecord(run, 'the pull request was closed'),
      abandonedRecord(run, 'Docker is away'),
    ];
    for (const record of records) expect(schema.parse(record)).toEqual(record);
    expect(records.map(({ conclusion, title }) => [conclusion, title])).toEqual([
      ['failure', 'The head is gone.'],
      ['cancelled', 'Cancelled: the pull request was closed'],
      ['failure', 'Codex could not run this plan'],
    ]);
  });
});
