/** What the sandbox says, in few words. */
import type { SandboxEvent } from '../../src/plan/events.ts';
import type { Outcome } from '../../src/plan/record.ts';
import { SessionTally, type Tally } from '../../src/plan/tally.ts';

type Result = Extract<SandboxEvent, { event: 'result' }>;

export const start = (nodeid: string): SandboxEvent => ({ event: 'start', nodeid });

export function result(nodeid: string, outcome: Outcome, more: Partial<Result> = {}): SandboxEvent {
  const failed = outcome === 'failed' || outcome === 'error';
  return {
    event: 'result',
    nodeid,
    outcome,
    seconds: 0.1,
    path: nodeid.split('::', 1).join(''),
    line: 7,
    message: failed ? 'AssertionError: assert 1 == 2' : '',
    traceback: failed ? '>       assert 1 == 2\nE       assert 1 == 2' : '',
    ...more,
  };
}

export function collectError(nodeid: string, message: string): SandboxEvent {
  return { event: 'collect_error', nodeid, path: nodeid, line: 1, message, traceback: `E   ${message}` };
}

export function collectSkip(nodeid: string, message: string): SandboxEvent {
  return { event: 'collect_skip', nodeid, path: nodeid, line: 1, message };
}

export const collected = (count: number): SandboxEvent => ({ event: 'collected', count });
export const exit = (status: number): SandboxEvent => ({ event: 'exit', status });

export function end(exitCode: number, count: number, results: number): SandboxEvent {
  return { event: 'end', exit_code: exitCode, collected: count, results, warnings: 0 };
}

/** A whole regular session of tests with these outcomes, named `tests/test_a.py::test_0` and so on. */
export function session(outcomes: readonly Outcome[], exitCode: number): SandboxEvent[] {
  const tests = outcomes.map((outcome, index) => ({ nodeid: `tests/test_a.py::test_${index}`, outcome }));
  return [
    collected(tests.length),
    ...tests.flatMap(({ nodeid, outcome }) => [start(nodeid), result(nodeid, outcome)]),
    end(exitCode, tests.length, tests.length),
    exit(exitCode),
  ];
}

export function tallyOf(events: Iterable<SandboxEvent>): Tally {
  const tally = new SessionTally();
  for (const event of events) tally.add(event);
  return tally.tally();
}
