import type { Job } from '../jobs/job.ts';
import { isOfAllTests } from '../plan/request-schema.ts';
import type { Run } from '../plan/runs.ts';
import type { PlanState } from './snapshot.ts';

interface Sources {
  readonly job: (id: string) => Job | null;
  /** The page of a check run; `repository` is `owner/name`. */
  readonly checkRunUrl: (repository: string, checkRunId: number) => string;
}

/** The newest plan of all tests of `headSha`, of `runs` from new to old; null: there is none. */
export function planStateOf(runs: readonly Run[], headSha: string, sources: Sources): PlanState | null {
  const run = runs.find(({ request }) => request.headSha === headSha && isOfAllTests(request.arguments));
  if (!run) return null;
  const { id, record, request, checkRunId } = run;
  return {
    id,
    state: stateOf(run, sources.job(id)),
    conclusion: record?.conclusion ?? null,
    baseSha: record?.base_sha ?? null,
    tree: record?.tree ?? null,
    title: record?.title ?? '',
    url: checkRunId === null ? null : sources.checkRunUrl(request.repository, checkRunId),
  };
}

function stateOf({ record }: Run, job: Job | null): PlanState['state'] {
  if (record) return 'ended';
  return job?.state === 'queued' ? 'queued' : 'running';
}
