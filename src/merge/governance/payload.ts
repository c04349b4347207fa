import { z } from 'zod';

/** The kind of the jobs that bring the check run `codex/governance` of the job's pull request up to date. */
export const GOVERNANCE = 'governance';

export const governancePayload = z.object({
  /** GitHub's numeric id. */
  repositoryId: z.int(),
});
export type GovernancePayload = z.infer<typeof governancePayload>;
