import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attribute, type Rerun, RerunTally } from '../../src/plan/attribution.ts';
import { OUTCOMES, type Outcome } from '../../src/plan/record.ts';
import { collectError, end, exit, session } from '../support/events.ts';

const TEST = 'tests/test_a.py::test_0';
const FILE = 'tests/test_a.py';

function rerunOf(events: Parameters<RerunTally['add']>[0][]): Rerun {
  const tally = new RerunTally([TEST, FILE]);
  for (const event of events) tally.add(event);
  return tally.rerun();
}

const passes = rerunOf(session(['passed'], 0));
const fails = rerunOf(session(['failed'], 1));
const skips = rerunOf(session(['skipped'], 0));
const isNotThere = rerunOf([end(5, 0, 0), exit(5)]);
const wasKilled = rerunOf([exit(-9)]);
const wasInterrupted = rerunOf([end(2, 3, 0), exit(2)]);
const cannotBeCollected = rerunOf([collectError(FILE, 'ImportError'), end(1, 0, 0), exit(1)]);

const of = (nodeid: string, head: Rerun, base: Rerun) => attribute([nodeid], head, base).get(nodeid);

describe('a test that failed', () => {
  it('is flaky when it passes on head again', () => {
    expect(of(TEST, passes, fails)).toBe('flaky');
    expect(of(TEST, passes, wasKilled)).toBe('flaky');
  });

  it('is not flaky when it ran twice and failed once', () => {
    const both = rerunOf([...session(['failed'], 1), ...session(['passed'], 1)]);
    expect(of(TEST, both, fails)).toBe('base');
  });

  it('was already failing when it fails on head again and on base', () => {
    expect(of(TEST, fails, fails)).toBe('base');
  });

  it('is caused by the change when base passes, skips or does not have it', () => {
    expect(of(TEST, fails, passes)).toBe('caused');
    expect(of(TEST, fails, skips)).toBe('caused');
    expect(of(TEST, fails, isNotThere)).toBe('caused');
  });

  it('stays unknown when base could not tell', () => {
    for (const base of [wasKilled, wasInterrupted, cannotBeCollected])
      expect(of(TEST, fails, base)).toBe('unknown');
  });

  it('stays unknown when head was not run again to its end', () => {
    for (const head of [wasKilled, wasInterrupted, isNotThere, skips])
      expect(of(TEST, head, fails)).toBe('unknown');
  });
});

describe('a file that could not be collected', () => {
  it('is caused by the change when base collects it or does not have it', () => {
    expect(of(FILE, cannotBeCollected, passes)).toBe('caused');
    expect(of(FILE, cannotBeCollected, isNotThere)).toBe('caused');
  });

  it('was already failing when base cannot collect it either', () => {
    expect(of(FILE, cannotBeCollected, cannotBeCollected)).toBe('base');
  });

  it('is flaky only when a test of it has run', () => {
    expect(of(FILE, passes, wasKilled)).toBe('flaky');
    expect(of(FILE, isNotThere, wasKilled)).toBe('unknown');
  });
});

describe('attribution', () => {
  const rerun = fc.record({
    outcomes: fc
      .option(fc.constantFrom(...OUTCOMES), { nil: undefined })
      .map((outcome): ReadonlyMap<string, Outcome> => new Map(outcome ? [[TEST, outcome]] : [])),
    files: fc.constant(new Set<string>()),
    complete: fc.boolean(),
  });

  it('never excuses a failure that did not show itself on head again or on base', () => {
    fc.assert(
      fc.property(rerun, rerun, (head, base) => {
        const attribution = of(TEST, head, base);
        const failing = (side: Rerun) => ['failed', 'error'].includes(side.outcomes.get(TEST) ?? '');
        if (attribution === 'base') expect([failing(head), failing(base)]).toEqual([true, true]);
        if (attribution === 'flaky') expect(head.outcomes.get(TEST)).toMatch(/passed|xfailed/);
        if (attribution === 'caused') expect([failing(head), failing(base)]).toEqual([true, false]);
      }),
    );
  });

  it('keeps only what was asked for', () => {
    const tally = new RerunTally([TEST]);
    for (const event of session(
      Array.from({ length: 50 }, () => 'passed'),
      0,
    ))
      tally.add(event);
    tally.add(collectError('tests/test_b.py', 'ImportError'));
    expect([...tally.rerun().outcomes]).toEqual([[TEST, 'passed']]);
  });
});
