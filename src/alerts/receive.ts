import type { NewJob } from '../jobs/job.ts';
import { alert } from './alert.ts';
import { ALERT, type AlertPayload } from './payload.ts';

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
