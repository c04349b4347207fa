/** From a stored alert to the job that acts on it. */
import { z } from 'zod';
import type { NewJob } from '../jobs/job.ts';
import { alert } from './alert.ts';

/** The kind of the jobs that act on alerts. */
export const ALERT = 'alert';

/** Alerts that one stands for besides itself, and when the first and the last of them came. */
const collapsed = z.object({ count: z.int().positive(), firstAt: z.int(), lastAt: z.int() });
export type Collapsed = z.infer<typeof collapsed>;

/** What a job of kind `alert` is about. `collapsed` is null where the alert stands for itself. */
export const alertPayload = z.object({ alert, collapsed: collapsed.nullable() });
export type AlertPayload = z.infer<typeof alertPayload>;

/** Turns a stored alert into its job; `give` takes the jobs of one delivery. */
export function alertReceiver(give: (delivery: string, jobs: readonly NewJob[]) => void) {
  return async ({ delivery, body }: { delivery: string; body: Buffer }): Promise<void> => {
    give(delivery, [alertJob({ alert: alert.parse(JSON.parse(body.toString())), collapsed: null })]);
  };
}

/** Alerts of one strategy have one lane: the end of a position does not overtake its beginning. */
export function alertJob(payload: AlertPayload): NewJob {
  const { id, repository, strategy } = payload.alert;
  return {
    kind: ALERT,
    queue: 'command',
    dedupe: `alert:${id}`,
    lane: `alert:${repository.toLowerCase()}:${strategy}`,
    // The App's installation is not asked for before the alert is stored: GitHub may be unreachable.
    installation: 0,
    repository,
    pull: null,
    priority: 0,
    payload,
    delivery: id,
  };
}
