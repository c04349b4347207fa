/**
 * Jobs of kind `governance_open`: what is frozen in a repository has changed, by a command, an alert, a mismatch or the
 * clock, or what a base's `.github/codex.yml` asks for, so that `codex/governance` of the open pull requests is to be
 * brought up to date. The freezes in the database say which job there has to be, so that none is missed: it is stored
 * in the transaction that freezes or lifts, and by the timer, which also sees what expires.
 */
import { type Installations, repositoryName } from '../../github/client.ts';
import { listOpenPulls } from '../../github/pull-list.ts';
import type { Job, JobHandler, NewJob } from '../../jobs/job.ts';
import type { Log } from '../../log.ts';
import type { FreezeState } from '../freezes.ts';
import type { IntentStore } from '../intents.ts';
import { governanceJob, OPEN_PULLS, type OpenPulls, openPullsJob, openPullsPayload } from './payload.ts';

interface Dependencies {
  /** The installation that covers `owner/name`; null: there is none any more. */
  readonly findInstallation: (repository: string) => Promise<number | null>;
  readonly installations: Installations;
  readonly intents: Pick<IntentStore, 'active'>;
  readonly enqueue: (jobs: readonly NewJob[]) => void;
  readonly log: Log;
}

/** Open pull requests at a time, the newest first: each costs a few calls, and GitHub counts them by the hour. */
const AT_ONCE = 100;
const NEXT_PAGE_MS = 10 * 60_000;
const HOUR = 3_600_000;

/**
 * One job for each state, and one more each hour: GitHub may not have been there for the first. As that comes again and
 * again, it is about the newest hundred only.
 */
export function freezeJobs(states: readonly FreezeState[], now: number): NewJob[] {
  return states.map(({ repositoryId, repository, state }) =>
    openPullsJob(
      { installation: 0, repository, repositoryId, baseRef: null, page: 1, lastPage: 1 },
      `freezes:${repositoryId}:${state}:${Math.floor(now / HOUR)}`,
      null,
    ),
  );
}

export function openPullsHandler(deps: Dependencies): JobHandler {
  const { findInstallation, enqueue, log } = deps;
  return {
    kind: OPEN_PULLS,
    async run(job) {
      const installation = job.cancelReason === null ? await findInstallation(job.repository) : null;
      if (installation === null) return;
      const at = { ...openPullsPayload.parse(job.payload), installation, repository: job.repository };
      const { pulls, isLast } = await readPage(at, deps);
      enqueue(pulls.map((pull) => governanceJob({ ...at, pull }, `${job.id}:${pull}`, job.delivery)));
      if (!isLast) enqueue([nextPage(at, job)]);
    },
    /** Of freezes the next hour brings another one. */
    async abandon(job, reason) {
      log.error({ job: job.id, repository: job.repository, reason }, 'governance could not be shown');
    },
  };
}

type Page = OpenPulls & { readonly installation: number; readonly repository: string };

/** Numbers of pull requests; what a merge waits for is on the first page, however old it is. */
async function readPage(
  { installation, repository, repositoryId, baseRef, page, lastPage }: Page,
  { installations, intents }: Dependencies,
): Promise<{ readonly pulls: readonly number[]; readonly isLast: boolean }> {
  const octokit = await installations.octokit(installation);
  const listed = await listOpenPulls(octokit, repositoryName(repository), AT_ONCE, page);
  const into = listed.filter((pull) => baseRef === null || pull.baseRef === baseRef);
  const waiting =
    page > 1 ? [] : intents.active(baseRef === null ? { repositoryId } : { repositoryId, baseRef });
  const pulls = new Set([...waiting.map(({ request }) => request.pull), ...into.map(({ number }) => number)]);
  return { pulls: [...pulls], isLast: listed.length < AT_ONCE || page >= lastPage };
}

/** In no lane: a freeze that comes meanwhile does not wait behind it. */
function nextPage(at: Page, { id, delivery }: Job): NewJob {
  const page = at.page + 1;
  const job = openPullsJob({ ...at, page }, `${id}:page:${page}`, delivery);
  return { ...job, lane: null, delayMs: NEXT_PAGE_MS };
}
