/** What has been reported about a commit: check runs and, older, commit statuses. Each counts by its latest word. */
import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';

export interface CommitCheck {
  /** The name of the check run, or the context of the status. */
  readonly context: string;
  /** The App that reported it; null for a status: GitHub does not tell. */
  readonly appId: number | null;
  /** Success, neutral and skipped pass, as they do on GitHub. */
  readonly state: 'success' | 'failure' | 'pending';
  /** GitHub's own word; null while a check run has not ended. */
  readonly conclusion: string | null;
  readonly url: string | null;
}

const PASSING: ReadonlySet<string | null> = new Set(['success', 'neutral', 'skipped']);

const checkRuns = z.array(
  z.object({
    id: z.union([z.int(), z.bigint()]),
    name: z.string(),
    app: z.object({ id: z.int() }).nullable(),
    status: z.string(),
    conclusion: z.string().nullable(),
    html_url: z.string().nullable(),
  }),
);
type CheckRun = z.infer<typeof checkRuns>[number];

const combinedStatus = z.object({
  statuses: z.array(
    z.object({
      context: z.string(),
      state: z.enum(['error', 'failure', 'pending', 'success']),
      target_url: z.string().nullable(),
    }),
  ),
});
type Status = z.infer<typeof combinedStatus>['statuses'][number];

/** The latest check run of each App and name, then the latest status of each context. */
export async function readCommitChecks(
  octokit: Octokit,
  name: RepositoryName,
  sha: string,
): Promise<CommitCheck[]> {
  const [runs, statuses] = await Promise.all([
    listCheckRuns(octokit, name, sha),
    listStatuses(octokit, name, sha),
  ]);
  return [...latestRuns(runs).map(ofRun), ...statuses.map(ofStatus)];
}

async function listCheckRuns(octokit: Octokit, name: RepositoryName, sha: string): Promise<CheckRun[]> {
  const parameters = { ...name, ref: sha, per_page: 100 };
  return checkRuns.parse(await octokit.paginate(octokit.rest.checks.listForRef, parameters));
}

async function listStatuses(octokit: Octokit, name: RepositoryName, sha: string): Promise<Status[]> {
  const parameters = { ...name, ref: sha, per_page: 100 };
  const pages = octokit.paginate.iterator(octokit.rest.repos.getCombinedStatusForRef, parameters);
  const statuses: Status[] = [];
  for await (const { data } of pages) statuses.push(...combinedStatus.parse(data).statuses);
  return statuses;
}

/** GitHub lists the latest run of each check suite; an App may have several suites, and ids only grow. */
function latestRuns(runs: readonly CheckRun[]): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of runs) {
    const key = JSON.stringify([run.app?.id ?? null, run.name]);
    const known = latest.get(key);
    if (!known || run.id > known.id) latest.set(key, run);
  }
  return [...latest.values()];
}

function ofRun({ name, app, status, conclusion, html_url }: CheckRun): CommitCheck {
  const ended = status === 'completed' ? conclusion : null;
  const outcome = PASSING.has(ended) ? 'success' : 'failure';
  return {
    context: name,
    appId: app?.id ?? null,
    state: status === 'completed' ? outcome : 'pending',
    conclusion: ended,
    url: html_url,
  };
}

function ofStatus({ context, state, target_url }: Status): CommitCheck {
  return {
    context,
    appId: null,
    state: state === 'error' ? 'failure' : state,
    conclusion: state === 'pending' ? null : state,
    url: target_url,
  };
}
