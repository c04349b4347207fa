import type { Job } from '../jobs/job.ts';
import type { RunRecord } from '../plan/record.ts';
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
    passed: record !== null && passes(record),
    baseSha: record?.base_sha ?? null,
    tree: record?.tree ?? null,
    title: record?.title ?? '',
    url: checkRunId === null ? null : sources.checkRunUrl(request.repository, checkRunId),
  };
}

/** Without a test, as GitHub sees it, only where base is known to have none either: then there is nothing to test. */
function passes({ conclusion, base_collected }: RunRecord): boolean {
  return conclusion === 'success' || (conclusion === 'neutral' && base_collected === 0);
}

function stateOf({ record }: Run, job: Job | null): PlanState['state'] {
  if (record) return 'ended';
  return job?.state === 'queued' ? 'queued' : 'running';
}
