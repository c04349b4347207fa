/** What a plan is asked to do: written once when it is accepted, stored with its job and its run. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

const MAX_PATHS = 50;
const MAX_TEXT = 1_000;

/** Letters, marks, digits, punctuation, symbols and plain spaces; no control or formatting characters. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;

const printable = z
  .string()
  .min(1, 'is empty')
  .max(MAX_TEXT, `is longer than ${MAX_TEXT} characters`)
  .regex(PRINTABLE, 'has characters that cannot be printed');

/** An expression for pytest's `-k` or `-m`; never something pytest could take for an option. */
const expression = printable.refine((text) => !text.startsWith('-'), 'starts with a dash');

/**
 * A file, directory or node id (`tests/test_a.py::test_b[c]`), relative to the repository. Neither an option
 * (`-x`), an argument file (`@file`, pytest 8.2) nor a way out of the repository.
 */
const testPath = printable
  .refine((path) => !/^[-@]/.test(path), 'starts with a character that pytest does not read as a path')
  .refine((path) => !/^[/~]|^[A-Za-z]:/.test(path), 'is not relative to the repository')
  .refine((path) => !filePart(path).split(/[/\\]/).includes('..'), 'leaves the repository');

/** The arguments of `/codex plan`: what they select is run with pytest's own `-k`, `-m` and `--maxfail`. */
export const planArguments = z.object({
  paths: z.array(testPath).max(MAX_PATHS, `are more than ${MAX_PATHS}`),
  keyword: expression.nullable(),
  marker: expression.nullable(),
  /** Only the tests that did not pass in the pull request's latest finished plan. */
  failed: z.boolean(),
  maxfail: z.int().min(1, 'must be at least 1').max(10_000, 'must be at most 10000').nullable(),
});
export type PlanArguments = z.infer<typeof planArguments>;

/** Everything: what `/codex plan` with no arguments runs. */
export const ALL_TESTS: PlanArguments = {
  paths: [],
  keyword: null,
  marker: null,
  failed: false,
  maxfail: null,
};

/** Whether a plan's verdict is about every test, so that it can say what may land. */
export function isOfAllTests(given: PlanArguments): boolean {
  return isDeepStrictEqual(given, ALL_TESTS);
}

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'is not a commit id');

export const planRequest = z.object({
  /** GitHub's installation id; 0 where there is none. */
  installation: z.int(),
  /** GitHub's numeric id, which renaming does not change. */
  repositoryId: z.int(),
  /** `owner/name`. */
  repository: z.string(),
  pull: z.int(),
  /** The commit that was approved; the plan never tests another one. */
  headSha: sha,
  baseRef: z.string(),
  headRef: z.string(),
  /** The head is in another repository: nothing of it is trusted. */
  fork: z.boolean(),
  arguments: planArguments,
  /** The login of the person, or of the author of the push for an automatic plan. */
  requestedBy: z.string(),
  trigger: z.discriminatedUnion('type', [
    z.object({ type: z.literal('comment'), commentId: z.int() }),
    z.object({ type: z.literal('check_run') }),
    z.object({ type: z.literal('auto') }),
    /** A merge that waits for it; see merge/. */
    z.object({ type: z.literal('merge'), intent: z.string() }),
    /** A rule about alerts; see alerts/. */
    z.object({ type: z.literal('alert'), alert: z.string() }),
    /** `codexctl plan`. */
    z.object({ type: z.literal('local') }),
  ]),
  /** When the webhook's job was accepted, in milliseconds since the epoch. */
  acceptedAt: z.int(),
});
export type PlanRequest = z.infer<typeof planRequest>;

function filePart(nodeid: string): string {
  const separator = nodeid.indexOf('::');
  return separator === -1 ? nodeid : nodeid.slice(0, separator);
}
