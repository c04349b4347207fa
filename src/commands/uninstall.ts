/** Jobs of kind `uninstall`: plans and merges of repositories that Codex may no longer see are ended. */
import { z } from 'zod';
import type { JobHandler } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import type { Effects } from './context.ts';

export const uninstallPayload = z.object({
  /** `owner/name` each; null: all of the installation. */
  repositories: z.array(z.string()).nullable(),
});
export type UninstallPayload = z.infer<typeof uninstallPayload>;

const REASON = 'Codex was uninstalled from the repository';

export function uninstallHandler(
  { runs, cancel, merges }: Pick<Effects, 'runs' | 'cancel' | 'merges'>,
  log: Log,
): JobHandler {
  return {
    kind: 'uninstall',
    async run(job) {
      const { repositories } = uninstallPayload.parse(job.payload);
      const isLost = (request: { installation: number; repository: string }) =>
        request.installation === job.installation &&
        (repositories === null || repositories.includes(request.repository));
      for (const { id, request } of runs.unreported()) if (isLost(request)) cancel({ id }, REASON);
      merges.withdrawAll(isLost, `${REASON}.`);
    },
    async abandon(job, reason) {
      log.error(
        { job: job.id, delivery: job.delivery, reason },
        'plans and merges of a removed installation may still run',
      );
    },
  };
}
