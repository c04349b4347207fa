import { z } from 'zod';
import { alert } from './alert.ts';

/** The kind of the jobs that act on alerts. */
export const ALERT = 'alert';

/** What a job of kind `alert` is about. */
export const alertPayload = z.object({
  alert,
  /** Alerts of the same kind that this one stands for besides itself: a storm was collapsed. Null: none. */
  collapsed: z.object({ count: z.int().positive(), firstAt: z.int(), lastAt: z.int() }).nullable(),
});

export type AlertPayload = z.infer<typeof alertPayload>;
