/**
 * The record of one plan: what every part of the product knows of it (database, check run, comment,
 * `codexctl --json`). Stored as JSON, so it is a schema.
 */
import { z } from 'zod';

export const OUTCOMES = ['passed', 'failed', 'error', 'skipped', 'xfailed', 'xpassed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** `caused`: by this change. `base`: already failing on base. `flaky`: passed when run again. */
const ATTRIBUTIONS = ['caused', 'base', 'flaky', 'unknown'] as const;
export type Attribution = (typeof ATTRIBUTIONS)[number];

export const PHASES = ['source', 'install', 'test', 'attribute'] as const;
export type Phase = (typeof PHASES)[number];

/** GitHub's check run conclusions that a plan can have. */
const CONCLUSIONS = ['success', 'failure', 'neutral', 'cancelled', 'timed_out'] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

/** A test that did not pass; `path` is relative to the repository, `line` is 1-based. */
const testReport = z.object({
  nodeid: z.string(),
  outcome: z.enum(OUTCOMES),
  path: z.string().nullable(),
  line: z.int().nullable(),
  attribution: z.enum(ATTRIBUTIONS).nullable(),
  message: z.string(),
  traceback: z.string(),
  seconds: z.number(),
});
export type TestReport = z.infer<typeof testReport>;

export const counts = z.object({
  collected: z.int(),
  passed: z.int(),
  failed: z.int(),
  errors: z.int(),
  skipped: z.int(),
  xfailed: z.int(),
  xpassed: z.int(),
});
export type Counts = z.infer<typeof counts>;

export const runRecord = z.object({
  id: z.string(),
  conclusion: z.enum(CONCLUSIONS),
  /** One line: the verdict in words. */
  title: z.string(),
  /** Sentences a reader must know beside the verdict: missing dependencies, submodules, a cut log … */
  notes: z.array(z.string()),
  head_sha: z.string(),
  base_sha: z.string().nullable(),
  /** The tree that was tested: base and head merged. Null where it never came to that. */
  tree: z.string().nullable(),
  /** Files that conflict, where the merge did. */
  conflicts: z.array(z.string()),
  /** Image digest (or local image id). */
  image: z.string().nullable(),
  /** Lines for a shell in a clone of the repository: the merge, and the container of the test phase. */
  command: z.string().nullable(),
  /** How dependencies were found and installed, in words, e.g. "uv.lock (uv, cached)". */
  dependencies: z.string().nullable(),
  exit_code: z.int().nullable(),
  counts,
  /** Tests collected on base with the same arguments, where that is known. */
  base_collected: z.int().nullable(),
  /** Tests that did not pass: failed, error; also skipped/xfailed/xpassed without traceback. */
  tests: z.array(testReport),
  /** The test that was running when the run was killed. */
  in_flight: z.string().nullable(),
  slowest: z.array(z.object({ nodeid: z.string(), seconds: z.number() })),
  warnings: z.int(),
  /** Seconds. */
  phases: z.partialRecord(z.enum(PHASES), z.number()),
  /** Seconds from acceptance to the first test's start. */
  first_test_seconds: z.number().nullable(),
  /** True where tests or log were cut at a stated maximum. */
  truncated: z.boolean(),
  log: z.object({ bytes: z.int(), kept: z.int() }).nullable(),
});
export type RunRecord = z.infer<typeof runRecord>;

export const NO_COUNTS: Counts = {
  collected: 0,
  passed: 0,
  failed: 0,
  errors: 0,
  skipped: 0,
  xfailed: 0,
  xpassed: 0,
};

/** The outcomes that make a run fail. */
export function isFailure(outcome: Outcome): boolean {
  return outcome === 'failed' || outcome === 'error';
}

/** Those of the tests that did not pass which make a run fail. */
export function failuresOf({ tests }: { readonly tests: readonly TestReport[] }): TestReport[] {
  return tests.filter(({ outcome }) => isFailure(outcome));
}
