/**
 * Jobs of kind `governance`: the check run `codex/governance` of a pull request is brought to what its rules say now.
 * The event only says where to look. Each head has one check run, however often this is done: it is found by the job's
 * id after a crash, and by the database later.
 */
import { createHash } from 'node:crypto';
import { completeCheckRun, ensureCheckRun } from '../../github/check-run.ts';
import {
  type Installations,
  type Octokit,
  type RepositoryName,
  repositoryName,
} from '../../github/client.ts';
import { readFile } from '../../github/content.ts';
import { getPull, type Pull } from '../../github/pull.ts';
import { listPullFiles, type PullFiles } from '../../github/pull-files.ts';
import type { Job, JobHandler } from '../../jobs/job.ts';
import type { Log } from '../../log.ts';
import { CONFIG_FILE, type Limits, parseRepositoryConfig } from '../../repository/config.ts';
import { GOVERNANCE_CHECK } from '../check-name.ts';
import { concerning } from '../freeze-scope.ts';
import type { FreezeStore } from '../freezes.ts';
import type { Freeze } from '../snapshot.ts';
import type { GovernanceChecks, GovernedHead } from './checks.ts';
import { GOVERNANCE, governancePayload } from './payload.ts';
import { type GovernanceReport, governanceReport } from './report.ts';

interface Dependencies {
  readonly checks: GovernanceChecks;
  readonly freezes: Pick<FreezeStore, 'standing'>;
  readonly installations: Installations;
  /** The operator's: `.github/codex.yml` is checked against them. */
  readonly maxima: Limits;
  readonly log: Log;
  readonly now: () => number;
}

interface Place {
  readonly octokit: Octokit;
  readonly name: RepositoryName;
}

export function governanceHandler(deps: Dependencies): JobHandler {
  const { checks, freezes, installations, maxima, log, now } = deps;
  return {
    kind: GOVERNANCE,
    async run(job) {
      if (job.cancelReason !== null || job.pull === null) return;
      const { repositoryId } = governancePayload.parse(job.payload);
      const place = {
        octokit: await installations.octokit(job.installation),
        name: repositoryName(job.repository),
      };
      const pull = await getPull(place.octokit, place.name, job.pull);
      if (pull.state === 'closed') return;
      const standing = freezes.standing(repositoryId, pull.baseRef, now());
      const report = await reportOn(place, pull, { maxima, standing });
      await show(checks, job, place, { repositoryId, pull: pull.number, headSha: pull.headSha }, report);
    },
    /** Nobody asked in words, so nobody waits for an answer: the operator's log is its end. */
    async abandon(job, reason) {
      log.error({ job: job.id, delivery: job.delivery, reason }, 'governance could not be shown');
    },
  };
}

/** What a check run shows is noted only once GitHub has taken it, so that a crash in between shows it again. */
async function show(
  checks: GovernanceChecks,
  job: Job,
  { octokit, name }: Place,
  head: GovernedHead,
  report: GovernanceReport,
): Promise<void> {
  const shown = checks.get(head);
  const digest = createHash('sha256').update(JSON.stringify(report)).digest('hex');
  if (shown?.digest === digest) return;
  const { conclusion, ...output } = report;
  const checkRunId =
    shown?.checkRunId ??
    (await ensureCheckRun(octokit, name, {
      name: GOVERNANCE_CHECK,
      headSha: head.headSha,
      externalId: job.id,
      output,
      actions: [],
    }));
  checks.set(head, { checkRunId, digest: '' });
  const end = { ...output, conclusion, annotations: [], maxAnnotations: 0, actions: [] };
  await completeCheckRun(octokit, name, checkRunId, end);
  checks.set(head, { checkRunId, digest });
}

interface Against {
  readonly maxima: Limits;
  /** The freezes of the base, whatever files they are about. */
  readonly standing: readonly Freeze[];
}

async function reportOn(
  { octokit, name }: Place,
  pull: Pull,
  { maxima, standing }: Against,
): Promise<GovernanceReport> {
  const [baseText, headText] = await Promise.all([
    readFile(octokit, name, pull.baseRef, CONFIG_FILE),
    readFile(octokit, name, pull.headSha, CONFIG_FILE),
  ]);
  const mistakes = headText === baseText ? [] : parseRepositoryConfig(headText, maxima).mistakes;
  const matters = mistakes.length > 0 || standing.some(({ paths }) => paths !== null);
  const files = matters ? await listPullFiles(octokit, name, pull.number) : NOT_LISTED;
  return governanceReport({
    pull,
    base: parseRepositoryConfig(baseText, maxima),
    proposed: mayChangeConfig(files) ? mistakes : [],
    freezes: concerning(standing, files),
  });
}

/** Where it does not matter which files a pull request changes. */
const NOT_LISTED: PullFiles = { paths: [], complete: false };

/** A head that is behind its base may have another file without changing it: the list of files tells. */
function mayChangeConfig({ paths, complete }: PullFiles): boolean {
  return !complete || paths.includes(CONFIG_FILE);
}
