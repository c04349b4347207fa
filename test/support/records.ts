/** Records of plans, whole where only a part of them matters. */
import type { Attribution, Outcome, RunRecord, TestReport } from '../../src/plan/record.ts';
import { NO_COUNTS } from '../../src/plan/record.ts';

export function testReport(
  nodeid: string,
  attribution: Attribution | null,
  more: Partial<TestReport> = {},
): TestReport {
  const outcome: Outcome = 'failed';
  return {
    nodeid,
    outcome,
    path: nodeid.split('::', 1).join(''),
    line: 12,
    attribution,
    message: 'AssertionError: assert 3 == 4',
    traceback: '    def test_total():\n>       assert total([1, 2]) == 4\nE       assert 3 == 4',
    seconds: 0.2,
    ...more,
  };
}

export function runRecord(more: Partial<RunRecord> = {}): RunRecord {
  return {
    id: '019aa5c0-0000-7000-8000-000000000001',
    conclusion: 'success',
    title: '3 passed',
    notes: [],
    head_sha: 'a'.repeat(40),
    base_sha: 'b'.repeat(40),
    tree: 'c'.repeat(40),
    conflicts: [],
    image: 'sha256:1234',
    command:
      "git archive ccc | docker run --rm -i sha256:1234 python3 -I /opt/codex/runner.py --tar -- -k 'a b'",
    dependencies: 'uv.lock (uv, cached)',
    exit_code: 0,
    counts: { ...NO_COUNTS, collected: 3, passed: 3 },
    base_collected: 3,
    tests: [],
    in_flight: null,
    slowest: [{ nodeid: 'tests/test_shop.py::test_total', seconds: 1.26 }],
    warnings: 0,
    phases: { source: 0.31, install: 0, test: 2.5 },
    first_test_seconds: 0.84,
    truncated: false,
    log: { bytes: 900, kept: 900 },
    ...more,
  };
}

/** A plan that ended before any test: a conflict, a cancellation. */
export function untested(more: Partial<RunRecord>): RunRecord {
  return runRecord({
    tree: null,
    image: null,
    command: null,
    dependencies: null,
    exit_code: null,
    counts: NO_COUNTS,
    base_collected: null,
    slowest: [],
    phases: { source: 0.2 },
    first_test_seconds: null,
    log: null,
    ...more,
  });
}
