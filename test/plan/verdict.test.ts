import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SandboxEvent } from '../../src/plan/events.ts';
import { type Attribution, OUTCOMES } from '../../src/plan/record.ts';
import type { SandboxExit, VerdictOptions } from '../../src/plan/verdict/rule.ts';
import { verdict } from '../../src/plan/verdict.ts';
import {
  collectError,
  collected,
  collectSkip,
  end,
  exit,
  result,
  session,
  start,
  tallyOf,
} from '../support/events.ts';

const OPTIONS: VerdictOptions = {
  failOn: 'any',
  attributions: new Map(),
  limits: { timeoutSeconds: 600, memoryMb: 512 },
  baseCollected: null,
  mismatched: [],
  missing: [],
  output: '',
};

function judge(
  events: SandboxEvent[],
  container: Partial<SandboxExit> = {},
  options: Partial<VerdictOptions> = {},
) {
  const tally = tallyOf(events);
  const status = tally.status === null || tally.status >= 0 ? tally.status : 128 - tally.status;
  return verdict(
    tally,
    { status, oomKilled: false, timedOut: false, forged: 0, ...container },
    { ...OPTIONS, ...options },
  );
}

const one = (outcomes: Parameters<typeof session>[0], attribution: Attribution) =>
  new Map(outcomes.map((_, index) => [`tests/test_a.py::test_${index}`, attribution]));

describe('a session to its end', () => {
  it('succeeds when everything passed', () => {
    expect(judge(session(['passed', 'passed', 'skipped', 'xfailed'], 0))).toEqual({
      conclusion: 'success',
      title: '2 passed, 1 skipped, 1 xfailed',
      notes: [],
    });
  });

  it('fails when a test failed, whatever the exit code says', () => {
    for (const code of [0, 1]) {
      expect(judge(session(['passed', 'failed', 'error'], code))).toMatchObject({
        conclusion: 'failure',
        title: '2 of 3 tests failed',
      });
    }
  });

  it('tells whose failures they are', () => {
    const attributions = new Map<string, Attribution>([
      ['tests/test_a.py::test_0', 'flaky'],
      ['tests/test_a.py::test_1', 'caused'],
    ]);
    expect(judge(session(['failed', 'failed', 'failed'], 1), {}, { attributions }).title).toBe(
      '1 of 3 tests fails because of this change; 1 flaky, 1 of unknown cause',
    );
    const others = new Map<string, Attribution>([
      ['tests/test_a.py::test_0', 'flaky'],
      ['tests/test_a.py::test_1', 'base'],
    ]);
    expect(judge(session(['failed', 'failed', 'passed'], 1), {}, { attributions: others }).title).toBe(
      '2 of 3 tests failed, none because of this change: 1 already failing on base, 1 flaky',
    );
    expect(judge(session(['failed', 'failed', 'failed'], 1), {}, { attributions: others }).title).toBe(
      '3 of 3 tests failed: 1 already failing on base, 1 flaky, 1 of unknown cause',
    );
  });

  it('is neutral, with guidance, when there are no tests', () => {
    const { conclusion, title, notes } = judge([collected(0), end(5, 0, 0), exit(5)]);
    expect([conclusion, title]).toEqual(['neutral', 'No tests were found']);
    expect(notes).toEqual([expect.stringContaining('`test_*.py`')]);
  });

  it('fails when it ended before it looked for tests', () => {
    for (const code of [0, 5]) expect(judge([end(code, 0, 0), exit(code)]).conclusion).toBe('failure');
  });

  it('is neutral, and says why, when every file skips itself', () => {
    const told = judge([collectSkip('test_a.py', 'no database'), collected(0), end(5, 0, 0), exit(5)]);
    expect(told).toEqual({
      conclusion: 'neutral',
      title: 'No tests were found',
      notes: ['1 file skipped as a whole, first test_a.py: no database'],
    });
  });

  it('fails when base has tests and head has none', () => {
    const none = judge([collected(0), end(5, 0, 0), exit(5)], {}, { baseCollected: 12 });
    expect(none).toMatchObject({ conclusion: 'failure', title: 'No tests were found; base has 12' });
  });
});

it('does not succeed with other versions than the project asks for', () => {
  const mismatched = ['attrs 22 is installed, attrs>=23 is asked for'];
  expect(judge(session(['passed'], 0), {}, { mismatched })).toEqual({
    conclusion: 'failure',
    title: '1 passed, but not with the versions asked for',
    notes: mismatched,
  });
});

describe('fail_on: new', () => {
  const outcomes = ['failed', 'passed'] as const;

  it('succeeds, and says so, when no failure is new', () => {
    for (const attribution of ['base', 'flaky'] as const) {
      const told = judge(
        session(outcomes, 1),
        {},
        { failOn: 'new', attributions: one(outcomes, attribution) },
      );
      expect(told.conclusion).toBe('success');
      expect(told.title).toMatch(/^1 passed, 1 failure not counted: 1 (already failing on base|flaky)$/);
    }
  });

  it('fails when one failure is new or of unknown cause', () => {
    for (const attribution of ['caused', 'unknown'] as const) {
      const options = { failOn: 'new', attributions: one(outcomes, attribution) } as const;
      expect(judge(session(outcomes, 1), {}, options).conclusion).toBe('failure');
    }
    expect(judge(session(outcomes, 1), {}, { failOn: 'new' }).conclusion).toBe('failure');
  });

  it('fails when failures are excused but not all tests ran', () => {
    const stopped = [collected(5), start('a'), result('a', 'failed'), end(1, 5, 1), exit(1)];
    const attributions = new Map<string, Attribution>([['a', 'base']]);
    expect(judge(stopped, {}, { failOn: 'new', attributions }).conclusion).toBe('failure');
  });
});

describe('a forged success', () => {
  it('os._exit(0): no end of session', () => {
    expect(judge([collected(3), start('a'), exit(0)])).toMatchObject({
      conclusion: 'failure',
      title: 'The test process ended without finishing its session (exit code 0) while running a',
    });
  });

  it('addopts = --collect-only: nothing was run', () => {
    expect(judge([collected(5), end(0, 5, 0), exit(0)])).toMatchObject({
      conclusion: 'failure',
      title: 'Nothing was run',
    });
  });

  it('pytest.exit(returncode=0): some were not run', () => {
    const told = judge([collected(5), start('a'), result('a', 'passed'), end(0, 5, 1), exit(0)]);
    expect(told.title).toBe('pytest ended with success, but only 1 of 5 tests ran');
  });

  it('lines on the channel that are not ours', () => {
    const told = judge(session(['passed'], 0), { forged: 2 });
    expect(told.title).toBe('The tests wrote to the channel of Codex: their success is not believed');
    expect(told.notes).toEqual(['2 lines on the channel between sandbox and Codex did not come from Codex.']);
    expect(judge([collected(0), end(5, 0, 0), exit(5)], { forged: 1 }).conclusion).toBe('failure');
  });

  it('a test that started and has no result', () => {
    const told = judge([start('never'), ...session(['passed'], 0)]);
    expect(told.title).toBe('pytest ended with success, but its counts do not agree');
  });

  it('failures that do not count, beside lines that are not ours', () => {
    const options = { failOn: 'new', attributions: one(['failed'], 'flaky') } as const;
    expect(judge(session(['failed', 'passed'], 1), {}, options).conclusion).toBe('success');
    expect(judge(session(['failed', 'passed'], 1), { forged: 1 }, options).conclusion).toBe('failure');
  });

  it('an end of session that the parent process or the container does not confirm', () => {
    const [, ...silent] = session(['passed'], 0).toReversed();
    expect(judge(silent.toReversed(), { status: 0 }).conclusion).toBe('failure');
    expect(judge(session(['passed'], 0), { status: 1 }).conclusion).toBe('failure');
    expect(judge(session(['passed'], 0), { status: null }).conclusion).toBe('failure');
  });
});

describe('a session that broke', () => {
  it('timed out: names the test in flight', () => {
    const told = judge([collected(2), start('a'), result('a', 'passed'), start('b')], {
      timedOut: true,
      status: null,
    });
    expect(told).toMatchObject({ conclusion: 'timed_out', title: 'Timed out after 600 s while running b' });
  });

  it('ran out of memory: names the limit and how to raise it', () => {
    const told = judge([collected(2), start('a'), start('b'), exit(-9)], { oomKilled: true });
    expect(told.title).toBe('Out of memory (512 MB) while running a and 1 other test');
    expect(told.notes.join()).toContain('`plan.limits.memory_mb`');
  });

  it('crashed: names the signal', () => {
    expect(judge([collected(2), start('a'), exit(-11)]).title).toBe(
      'The test process ended without finishing its session (SIGSEGV) while running a',
    );
  });

  it('never began', () => {
    expect(judge([], { status: 70 }).title).toBe('The sandbox ended before pytest did (exit code 70)');
    expect(judge([], { status: 137 }).title).toBe('The sandbox ended before pytest did (SIGKILL)');
  });

  it('could not start: a usage error in the words of pytest', () => {
    const output =
      'noise\nERROR: usage: pytest [options]\npytest: error: unrecognized arguments: --nope\n  inifile: x\n';
    expect(judge([exit(4)], {}, { output })).toMatchObject({
      conclusion: 'failure',
      title: 'pytest could not start (exit code 4): pytest: error: unrecognized arguments: --nope',
    });
  });

  it('could not start: a conftest that raises', () => {
    const told = judge([collectError('conftest.py', "ModuleNotFoundError: No module named 'yaml'"), exit(4)]);
    expect(told.title).toBe(
      "pytest could not start: conftest.py raises ModuleNotFoundError: No module named 'yaml' (exit code 4)",
    );
    expect(told.notes[0]).toMatch(/^The module `yaml` is not installed\..*`plan\.dependencies`/);
    expect(judge([collectError('tests/conftest.py', 'SystemExit: 0'), exit(0)]).title).toBe(
      'pytest could not start: tests/conftest.py raises SystemExit: 0 (exit code 0)',
    );
    expect(judge([collectError('test_conftest.py', 'KeyError'), exit(0)]).title).not.toMatch(
      'could not start',
    );
  });

  it('failed internally', () => {
    const output = 'INTERNALERROR> Traceback\nINTERNALERROR> RuntimeError: boom\n';
    expect(judge([end(3, 0, 0), exit(3)], {}, { output }).title).toBe(
      'pytest failed with an internal error (exit code 3): RuntimeError: boom',
    );
    const warned = output.replace(
      'RuntimeError: boom',
      'pytest.PytestConfigWarning: Unknown config option: x',
    );
    expect(judge([end(3, 0, 0), exit(3)], {}, { output: `${warned}\n=== no tests ran ===\n` }).title).toBe(
      'pytest failed with an internal error (exit code 3): pytest.PytestConfigWarning: Unknown config option: x',
    );
  });

  it('was changed by something after its end, which was no error of pytest', () => {
    const [, ...reversed] = session(['passed'], 0).toReversed();
    expect(judge([...reversed.toReversed(), exit(3)]).title).toBe(
      'pytest ended (exit code 3) although no test failed',
    );
  });

  it('could not collect a file: names it and the missing module', () => {
    const error = collectError('tests/test_a.py', "ModuleNotFoundError: No module named 'requests.adapters'");
    const told = judge([error, collected(3), end(2, 3, 0), exit(2)]);
    expect(told.title).toBe(
      '1 error during collection in tests/test_a.py (not installed: requests): no test was run',
    );
    expect(told.notes[0]).toMatch(/^The module `requests` is not installed\./);
  });

  it('tells a module that nobody asked for from one that could not be installed', () => {
    const errors = ['text_unidecode', 'yaml', 'jaraco.itertools', 'shop'].map((name, index) =>
      collectError(`tests/test_${index}.py`, `ModuleNotFoundError: No module named '${name}'`),
    );
    const missing = ['jaraco-itertools', 'pyyaml', 'sphinx', 'text-unidecode'];
    const told = judge([...errors, collected(0), end(2, 0, 0), exit(2)], {}, { missing });
    expect(told.title).toBe(
      '4 errors during collection (not installed: text_unidecode, yaml, jaraco, shop): no test was run',
    );
    expect(told.notes).toEqual([
      'Asked for, but could not be installed: `text_unidecode`, `yaml`, `jaraco`.',
      expect.stringMatching(/^The module `shop` is not installed\. If another project provides it, declare/),
    ]);
  });

  it('names a module that a test itself did not find, not one that a build printed', () => {
    const failed = { ...result('a', 'failed'), message: "ModuleNotFoundError: No module named 'lxml'" };
    const output = "      ModuleNotFoundError: No module named 'flit_scm'\n";
    const told = judge([collected(1), start('a'), failed, end(1, 1, 1), exit(1)], {}, { output });
    expect(told.notes).toEqual([expect.stringContaining('The module `lxml` is not installed.')]);
  });

  it('ended with a code that no test explains', () => {
    const output = '1 passed\nFAIL Required test coverage of 90% not reached. Total coverage: 40.00%\n';
    const told = judge(session(['passed'], 1), {}, { output });
    expect(told.title).toBe('pytest ended (exit code 1) although no test failed');
    expect(told.notes).toContain(
      'Its last words: FAIL Required test coverage of 90% not reached. Total coverage: 40.00%',
    );
    expect(judge(session(['passed'], 2)).title).toBe('The test session was interrupted (exit code 2)');
    expect(judge(session(['passed'], 6)).title).toBe('More warnings than the project allows (exit code 6)');
  });

  it('shows hostile names in one line', () => {
    const told = judge([start('a\n\u202eb'.repeat(100))], { timedOut: true });
    expect(told.title).toMatch(/^Timed out after 600 s while running a\\n\\u202eba/);
    expect(told.title.length).toBeLessThanOrEqual(250);
  });
});

describe('over every combination', () => {
  const code = fc.constantFrom(null, -11, -9, 0, 1, 2, 3, 4, 5, 6, 137);
  const small = fc.nat({ max: 3 });
  const events = fc.record({
    collected: fc.option(small),
    outcomes: fc.array(fc.constantFrom(...OUTCOMES, 'passed' as const, 'passed' as const), { maxLength: 3 }),
    unfinished: fc.boolean(),
    broken: fc.boolean(),
    end: fc.option(fc.record({ code: fc.constantFrom(0, 0, 0, 1, 2, 5), collected: small, results: small })),
    status: code,
  });
  const container = fc.record({
    status: code,
    oomKilled: fc.boolean(),
    timedOut: fc.boolean(),
    forged: fc.constantFrom(0, 0, 1),
  });

  it('is success only when everybody agrees that every test ran and none failed', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(events, container, fc.constantFrom('any', 'new'), (told, ended, failOn) => {
        const tests = told.outcomes.map((outcome, index) => ({ nodeid: `t${index}`, outcome }));
        const { conclusion } = judge(
          [
            ...(told.collected === null ? [] : [collected(told.collected)]),
            ...(told.broken ? [collectError('x.py', 'SyntaxError')] : []),
            ...tests.flatMap(({ nodeid, outcome }) => [start(nodeid), result(nodeid, outcome)]),
            ...(told.unfinished ? [start('u')] : []),
            ...(told.end ? [end(told.end.code, told.end.collected, told.end.results)] : []),
            ...(told.status === null ? [] : [exit(told.status)]),
          ],
          ended,
          { failOn },
        );
        const agreed =
          ended.status === 0 &&
          told.status === 0 &&
          told.end?.code === 0 &&
          !ended.oomKilled &&
          !ended.timedOut;
        const counted = tests.length > 0 && told.collected === tests.length;
        const same = told.end?.collected === tests.length && told.end.results === tests.length;
        const passed =
          !told.broken && !told.outcomes.some((outcome) => outcome === 'failed' || outcome === 'error');
        const whole = agreed && counted && same && passed && !told.unfinished && ended.forged === 0;
        expect(conclusion === 'success').toBe(whole);
        if (conclusion === 'neutral')
          expect([tests.length, told.broken, ended.forged]).toEqual([0, false, 0]);
        seen.add(conclusion);
      }),
      {
        numRuns: 3_000,
        examples: [
          [
            {
              collected: 1,
              outcomes: ['passed'],
              unfinished: false,
              broken: false,
              end: { code: 0, collected: 1, results: 1 },
              status: 0,
            },
            { status: 0, oomKilled: false, timedOut: false, forged: 0 },
            'any',
          ],
        ],
      },
    );
    expect(seen).toContain('success');
  });
});
