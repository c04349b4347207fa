import { z } from 'zod';
import { alert } from './alert.ts';

/** The kind of the jobs that act on alerts. */
export const ALERT = 'alert';

/** Alerts that one stands for besides itself, and when the first and the last of them came. */
const collapsed = z.object({ count: z.int().positive(), firstAt: z.int(), lastAt: z.int() });
export type Collapsed = z.infer<typeof collapsed>;

/** What a job of kind `alert` is about. `collapsed` is null where the alert stands for itself. */
export const alertPayload = z.object({ alert, collapsed: collapsed.nullable() });
export type AlertPayload = z.infer<typeof alertPayload>;
