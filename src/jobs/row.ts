/** Rows of the table `jobs` as jobs. */
import { z } from 'zod';
import type { Job } from './job.ts';

/** The columns that `toJob` needs. */
export const COLUMNS = `id, kind, queue, dedupe, lane, installation, repository, pull, priority, payload, delivery,
  state, attempt, created_at, cancel_reason`;

const row = z.object({
  id: z.string(),
  kind: z.string(),
  queue: z.enum(['command', 'plan']),
  dedupe: z.string().nullable(),
  lane: z.string().nullable(),
  installation: z.number(),
  repository: z.string(),
  pull: z.number().nullable(),
  priority: z.number(),
  payload: z.string(),
  delivery: z.string().nullable(),
  state: z.enum(['queued', 'running', 'done', 'dead']),
  attempt: z.number(),
  created_at: z.number(),
  cancel_reason: z.string().nullable(),
});

/** The job in a row with `COLUMNS`. Throws on anything else. */
export function toJob(value: unknown): Job {
  const { payload, created_at, cancel_reason, ...same } = row.parse(value);
  const parsed: unknown = JSON.parse(payload);
  return { ...same, payload: parsed, createdAt: created_at, cancelReason: cancel_reason };
}
