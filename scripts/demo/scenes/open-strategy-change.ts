import type { LocalRepository } from '../../../test/support/local-github/repository.ts';
import { expectEqual } from '../expectation.ts';
import { projectFiles } from '../project.ts';
import type { PullRequest } from '../pull-request.ts';
import type { Stage } from '../stage.ts';
import { openApproved } from './open-approved.ts';
import { planByComment } from './plan.ts';

/** A pull request that changes the strategy, and that is tested and approved. */
export async function openStrategyChange(stage: Stage, repository: LocalRepository): Promise<PullRequest> {
  const files = { ...(await projectFiles('change')), ...(await projectFiles('fix')) };
  const title = 'Ignore crossovers smaller than a threshold';
  const pull = await openApproved(stage, repository, { branch: 'feature/BOT-7-threshold', title, files });
  const { run } = await planByComment(stage, pull, 'rocket');
  expectEqual('The verdict on the change', run.conclusion, 'success');
  return pull;
}
