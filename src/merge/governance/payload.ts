import { z } from 'zod';
import type { NewJob } from '../../jobs/job.ts';

/** The kind of the jobs that bring the check run `codex/governance` of the job's pull request up to date. */
export const GOVERNANCE = 'governance';

export const governancePayload = z.object({
  /** GitHub's numeric id. */
  repositoryId: z.int(),
});
type GovernancePayload = z.infer<typeof governancePayload>;

const PRIORITY = 50;

/** In a lane of its own, so that commands do not wait for it. `dedupe`: of whatever causes it. */
export function governanceJob(
  at: Pick<NewJob, 'installation' | 'repository'> & GovernancePayload & { readonly pull: number },
  dedupe: string,
  delivery: string | null,
): NewJob {
  const { installation, repository, repositoryId, pull } = at;
  const payload: GovernancePayload = { repositoryId };
  return {
    kind: GOVERNANCE,
    queue: 'command',
    dedupe: `governance:${dedupe}`,
    lane: `governance:${repository}#${pull}`,
    ...{ installation, repository, pull, payload, delivery },
    priority: PRIORITY,
  };
}
