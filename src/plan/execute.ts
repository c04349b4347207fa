/** From a stored run to the road of its plan: the repository on GitHub, its token, the tests that are wanted. */
import { UserError } from '../errors.ts';
import type { Installations } from '../github/client.ts';
import { Secret } from '../redact.ts';
import type { PlanDependencies } from './input.ts';
import type { PlanJobDependencies } from './job.ts';
import { runPlan } from './plan.ts';
import { failuresOf } from './record.ts';
import type { Run, RunStore } from './runs.ts';
import type { Remote } from './source/remote.ts';

/** Runs looked through for the latest one whose tests ran. */
const RUNS_READ = 50;

interface ExecuteDependencies extends Omit<PlanDependencies, 'collectedOnBase'> {
  readonly runs: RunStore;
  readonly installations: Installations;
  readonly apiUrl: string;
}

export function planExecution(deps: ExecuteDependencies): PlanJobDependencies['execute'] {
  return async (run, observer, signal) => {
    const { request } = run;
    const input = {
      id: run.id,
      repositoryKey: `github-${request.repositoryId}`,
      pull: request.pull,
      remote: githubRemote(deps, request.installation, request.repository),
      headSha: request.headSha,
      baseRef: request.baseRef,
      arguments: request.arguments,
      only: request.arguments.failed ? failedBefore(run, deps.runs) : null,
      acceptedAt: request.acceptedAt,
    };
    const collectedOnBase: PlanDependencies['collectedOnBase'] = (base) =>
      deps.runs.collectedOnBase(request.repositoryId, base);
    return runPlan(input, { ...deps, collectedOnBase }, observer, signal);
  };
}

/** Node ids that did not pass in the latest plan of the pull request whose tests ran. */
export function failedBefore({ id, request }: Run, runs: RunStore): string[] {
  const { repositoryId, pull } = request;
  const before = runs
    .latest({ repositoryId, pull }, RUNS_READ)
    .find((run) => run.id !== id && run.record?.tree);
  const failed = before?.record ? failuresOf(before.record) : [];
  if (failed.length > 0) return failed.map(({ nodeid }) => nodeid);
  throw new UserError(
    before
      ? 'No test failed in the latest plan of this pull request.'
      : 'There is no earlier plan of this pull request.',
    'Comment `/codex plan` to run all tests.',
  );
}

/** Where git finds a repository of the GitHub whose REST API is at `apiUrl`, and what it shows there. */
export function githubRemote(
  { apiUrl, installations }: Pick<ExecuteDependencies, 'apiUrl' | 'installations'>,
  installation: number,
  repository: string,
): Remote {
  return {
    url: `${gitHost(apiUrl)}/${repository}.git`,
    async authorization() {
      const token = await installations.token(installation);
      return `Basic ${new Secret(Buffer.from(`x-access-token:${token}`).toString('base64')).reveal()}`;
    },
  };
}

/**
 * Where people and git find the GitHub whose REST API is at `apiUrl`: `https://api.github.com`, `https://HOST/api/v3`
 * (GitHub Enterprise Server), `https://api.NAME.ghe.com` (GitHub Enterprise Cloud with data residency).
 */
export function gitHost(apiUrl: string): string {
  const inCloud = /^https:\/\/api\.(?=(?:github|[\w-]+\.ghe)\.com$)/;
  return apiUrl.replace(inCloud, 'https://').replace(/\/api\/v3$/, '');
}
