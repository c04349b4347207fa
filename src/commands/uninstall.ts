/** Jobs of kind `uninstall`: plans of repositories that Codex may no longer see are stopped. */
import { z } from 'zod';
import type { JobHandler } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import type { Effects } from './context.ts';

export const uninstallPayload = z.object({
  /** `owner/name` each; null: all of the installation. */
  repositories: z.array(z.string()).nullable(),
});
export type UninstallPayload = z.infer<typeof uninstallPayload>;

export function uninstallHandler(effects: Pick<Effects, 'runs' | 'cancel'>, log: Log): JobHandler {
  return {
    kind: 'uninstall',
    async run(job) {
      const { repositories } = uninstallPayload.parse(job.payload);
      for (const { id, request } of effects.runs.unreported()) {
        if (request.installation !== job.installation) continue;
        if (repositories !== null && !repositories.includes(request.repository)) continue;
        effects.cancel({ id }, 'Codex was uninstalled from the repository');
      }
    },
    async abandon(job, reason) {
      log.error(
        { job: job.id, delivery: job.delivery, reason },
        'plans of a removed installation may still run',
      );
    },
  };
}
