/** Rows of the table `merges` as intents. */
import { z } from 'zod';
import { type Intent, intent } from './intent.ts';

const json = z
  .string()
  .nullable()
  .transform((text): unknown => (text === null ? null : JSON.parse(text)));

const row = z.object({
  id: z.string(),
  request: json,
  state: z.string(),
  priority: z.int(),
  in_line: z.int(),
  evaluations: z.int(),
  plans: z.int(),
  calls: z.int(),
  asked: z.int(),
  refusal: z.string().nullable(),
  decision: json,
  expected: json,
  merged_sha: z.string().nullable(),
  receipt: json,
  reason: z.string().nullable(),
  check_run_id: z.int().nullable(),
  created_at: z.int(),
  expires_at: z.int(),
  merging_at: z.int().nullable(),
  finished_at: z.int().nullable(),
  reported_at: z.int().nullable(),
});

/** The intent in a whole row. Throws on anything else. */
export function toIntent(value: unknown): Intent {
  const found = row.parse(value);
  return intent.parse({
    ...found,
    inLine: found.in_line === 1,
    mergedSha: found.merged_sha,
    checkRunId: found.check_run_id,
    createdAt: found.created_at,
    expiresAt: found.expires_at,
    mergingAt: found.merging_at,
    finishedAt: found.finished_at,
    reportedAt: found.reported_at,
  });
}
