/** A `/codex pr` that was accepted: what is wanted, and how far it has come. Stored in the table `merges`. */
import { z } from 'zod';
import { decision } from './decision.ts';
import { receipt } from './receipt.ts';

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'is not a commit id');

/** What a person asked for; written once. */
const mergeRequest = z.object({
  /** GitHub's installation id. */
  installation: z.int(),
  /** GitHub's numeric id, which renaming does not change. */
  repositoryId: z.int(),
  /** `owner/name`. */
  repository: z.string(),
  pull: z.int(),
  /** The commit that the person saw: no other one is ever merged by this intent. */
  headSha: sha,
  headRef: z.string(),
  baseRef: z.string(),
  fork: z.boolean(),
  /** Login. */
  requestedBy: z.string(),
  commentId: z.int(),
  /** Whether that person is, or is a member of, the repository's owner; null: not known. */
  member: z.boolean().nullable().default(null),
});
export type MergeRequest = z.infer<typeof mergeRequest>;

/** What is to land, written before GitHub is asked to merge. */
const expectedLanding = z.object({
  baseSha: sha,
  /** The tree that the plan tested. */
  tree: sha,
  plan: z.string(),
  title: z.string(),
  message: z.string(),
  /** On what grounds, as the receipt will tell it: afterwards they may be gone. */
  grounds: receipt.pick({ permission: true, entitlement: true, approvals: true, checks: true }),
  /** What the plan came to, e.g. `12 passed`. */
  planTitle: z.string().default(''),
  planUrl: z.string().nullable(),
  deleteBranch: z.boolean(),
});
export type ExpectedLanding = z.infer<typeof expectedLanding>;

/**
 * `waiting` until every reason is gone; `merging` while GitHub's answer is, or may be, outstanding, and what landed is
 * not verified.
 */
const MERGE_STATES = ['waiting', 'merging', 'merged', 'cancelled'] as const;

const intent = z.object({
  /** The check run's external_id. */
  id: z.string(),
  request: mergeRequest,
  state: z.enum(MERGE_STATES),
  /** Higher first. */
  priority: z.int(),
  /** Nothing but the plan and its turn is missing. */
  inLine: z.boolean(),
  evaluations: z.int(),
  plans: z.int(),
  calls: z.int(),
  /** How often in a row GitHub did not know whether the pull request can be merged. */
  asked: z.int(),
  /** GitHub's words where it refused the last call. */
  refusal: z.string().nullable(),
  decision: decision.nullable(),
  expected: expectedLanding.nullable(),
  /** What GitHub made of it: known before it is verified. */
  mergedSha: z.string().nullable(),
  receipt: receipt.nullable(),
  /** Why it ended without a merge, in words for a person. */
  reason: z.string().nullable(),
  checkRunId: z.int().nullable(),
  /** Milliseconds since the epoch, as all times here. */
  createdAt: z.int(),
  expiresAt: z.int(),
  /** When GitHub was last asked to merge; where it did not answer, when that was known. */
  mergingAt: z.int().nullable(),
  finishedAt: z.int().nullable(),
  /** When check run, comment and reaction had been brought to its end. */
  reportedAt: z.int().nullable(),
});
export type Intent = z.infer<typeof intent>;

const JSON_COLUMNS: ReadonlySet<string> = new Set(['request', 'decision', 'expected', 'receipt']);

/** The intent in a whole row. Throws on anything else. */
export function toIntent(row: unknown): Intent {
  const columns = z.record(z.string(), z.unknown()).parse(row);
  return intent.parse(
    Object.fromEntries(
      Object.entries(columns).map(([column, value]) => [fieldOf(column), read(column, value)]),
    ),
  );
}

/** `merged_sha` → `mergedSha`. */
function fieldOf(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function read(column: string, value: unknown): unknown {
  if (column === 'in_line') return value === 1;
  return JSON_COLUMNS.has(column) && typeof value === 'string' ? JSON.parse(value) : value;
}
