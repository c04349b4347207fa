import { join } from 'node:path';
import { repositoryName } from '../github/client.ts';
import { isGone } from '../github/failure.ts';
import { react } from '../github/reaction.ts';
import type { JobHandler } from '../jobs/job.ts';
import { planExecution } from '../plan/execute.ts';
import { type PlanJobDependencies, planHandler } from '../plan/job.ts';
import { Environments } from '../plan/sandbox/environment.ts';
import type { Core } from './core.ts';

/** The handler of plans: their road over git and Docker, and what of it is shown on GitHub. */
export function createPlans(core: Core): JobHandler {
  const { config, db, runs, check, publish, installations, instance, activity, log, now } = core;
  const execute = planExecution({
    dataDir: config.dataDir,
    cacheDir: join(config.dataDir, 'cache'),
    sandboxImage: config.sandboxImage,
    maxima: config.maxima,
    index: { indexUrl: config.indexUrl, extraIndexUrls: [], trustedHosts: [] },
    environments: new Environments(db, instance),
    apiUrl: config.github.apiUrl,
    instance,
    runs,
    installations,
    now,
  });
  return planHandler({
    runs,
    check,
    execute,
    activity,
    now,
    log,
    publish,
    react: reactionTo(core),
  });
}

/** The comment that asked for a plan may be gone by its end. */
function reactionTo({ installations }: Core): PlanJobDependencies['react'] {
  return async ({ request }, reaction) => {
    const { installation, repository, trigger } = request;
    if (trigger.type !== 'comment') return;
    try {
      const octokit = await installations.octokit(installation);
      await react(octokit, repositoryName(repository), trigger.commentId, reaction);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  };
}
