import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { branchTip } from '../github/branch.ts';
import { repositoryName } from '../github/client.ts';
import { react } from '../github/reaction.ts';
import type { JobHandler } from '../jobs/job.ts';
import { planExecution } from '../plan/execute.ts';
import { type PlanJobDependencies, planHandler } from '../plan/job.ts';
import { withMovedBase } from '../plan/outcome.ts';
import type { RunRecord } from '../plan/record.ts';
import type { Run } from '../plan/runs.ts';
import type { Core } from './core.ts';

/** The handler of plans: their road over git and Docker, and what of it is shown on GitHub. */
export function createPlans(core: Core): JobHandler {
  const { config, environments, runs, check, publish, installations, instance, activity, log, now } = core;
  const execute = planExecution({
    dataDir: config.dataDir,
    cacheDir: join(config.dataDir, 'cache'),
    sandboxImage: config.sandboxImage,
    maxima: config.maxima,
    indexUrl: config.indexUrl,
    environments,
    apiUrl: config.github.apiUrl,
    instance,
    runs,
    installations,
    now,
  });
  return planHandler({
    runs,
    check,
    async execute(run, observer, signal) {
      core.limits?.requireMinutes(run.request.installation, now());
      return lookAtBase(core, run, await execute(run, observer, signal));
    },
    activity,
    now,
    log,
    publish,
    react: reactionTo(core),
  });
}

/** To the comment that asked for a plan. */
function reactionTo({ installations }: Core): PlanJobDependencies['react'] {
  return async ({ request }, reaction) => {
    const { installation, repository, trigger } = request;
    if (trigger.type !== 'comment') return;
    const octokit = await installations.octokit(installation);
    await react(octokit, repositoryName(repository), trigger.commentId, reaction);
  };
}

/** Where GitHub does not say, the verdict is worth more than the note. */
async function lookAtBase({ installations, log }: Core, run: Run, record: RunRecord): Promise<RunRecord> {
  const { installation, repository, baseRef } = run.request;
  try {
    const octokit = await installations.octokit(installation);
    const tip = await branchTip(octokit, repositoryName(repository), baseRef);
    return withMovedBase(record, baseRef, tip);
  } catch (error) {
    log.warn({ run: run.id, error: messageOf(error) }, 'whether the base branch has moved is not known');
    return record;
  }
}
