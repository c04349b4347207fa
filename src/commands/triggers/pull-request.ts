/** What happens to a pull request, or to the configuration of its base → jobs that bring its plans and its governance in line. Pure. */
import type { z } from 'zod';
import type { NewJob } from '../../jobs/job.ts';
import { openPullsJob } from '../../merge/governance/payload.ts';
import { CONFIG_FILE } from '../../repository/config.ts';
import { baseJob, governedJob, headJob, laneOf, PRIORITY } from '../event-jobs.ts';
import { branchOf, pullRequest, push } from '../events.ts';

/** Actions after which plans are brought in line. */
const HEAD_ACTIONS = ['opened', 'reopened', 'synchronize', 'closed'];
/** Actions that may change what governance says; `edited` is a new title or base, too. */
const GOVERNANCE_ACTIONS = [
  'opened',
  'reopened',
  'synchronize',
  'edited',
  'ready_for_review',
  'converted_to_draft',
];

export function onPullRequest(payload: unknown, delivery: string): NewJob[] | string {
  const event = pullRequest.parse(payload);
  const { number, head, updated_at } = event.pull_request;
  const { action, repository } = event;
  const dedupe = `pull_request:${repository.id}:${number}:${action}:${head.sha}:${updated_at}`;
  const jobs = [
    ...(HEAD_ACTIONS.includes(action) ? [pullRequestJob(event, delivery, dedupe)] : []),
    ...(GOVERNANCE_ACTIONS.includes(action) ? [governedJob(event, delivery, number, dedupe)] : []),
  ];
  return jobs.length > 0 ? jobs : `the pull request was ${action}`;
}

function pullRequestJob(event: z.infer<typeof pullRequest>, delivery: string, dedupe: string): NewJob {
  const { number, head, updated_at } = event.pull_request;
  const reopenedAt = event.action === 'reopened' ? updated_at : null;
  return {
    ...headJob(event, delivery, { headSha: head.sha, reopenedAt, dedupe }),
    lane: laneOf(event, number),
    pull: number,
    priority: event.action === 'closed' ? PRIORITY.cancel : PRIORITY.command,
  };
}

/** GitHub lists no more commits of a push. */
const MOST_COMMITS = 2_048;

/** Pull requests into the branch are governed by what its configuration says now. */
export function onPush(payload: unknown, delivery: string): NewJob[] | string {
  const event = push.parse(payload);
  const baseRef = branchOf(event.ref);
  if (baseRef === null) return 'no branch was pushed';
  if (!mayChangeConfig(event)) return 'the push leaves the configuration as it is';
  const at = { ...baseJob(event, delivery), repositoryId: event.repository.id, baseRef, page: 1 };
  return [openPullsJob(at, `push:${delivery}`, delivery)];
}

/** Of a forced push GitHub does not list what it took away. */
function mayChangeConfig({ forced, commits }: z.infer<typeof push>): boolean {
  const changed = commits.flatMap(({ added, modified, removed }) => [...added, ...modified, ...removed]);
  return forced || commits.length >= MOST_COMMITS || changed.includes(CONFIG_FILE);
}
