/**
 * What happens to a pull request, or to the configuration of its base → jobs that bring its plans and its governance
 * in line. Pure.
 */
import type { z } from 'zod';
import type { NewJob } from '../../jobs/job.ts';
import { governanceJob, openPullsJob } from '../../merge/governance/payload.ts';
import { CONFIG_FILE } from '../../repository/config.ts';
import { baseJob, headJob, laneOf, PRIORITY } from '../event-jobs.ts';
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
  const { action } = event;
  const jobs = [
    ...(HEAD_ACTIONS.includes(action) ? [pullRequestJob(event, delivery)] : []),
    ...(GOVERNANCE_ACTIONS.includes(action) ? [governedJob(event, delivery)] : []),
  ];
  return jobs.length > 0 ? jobs : `the pull request was ${action}`;
}

function pullRequestJob(event: z.infer<typeof pullRequest>, delivery: string): NewJob {
  const { action, pull_request: pull, repository } = event;
  const { number, head, updated_at } = pull;
  const dedupe = `pull_request:${repository.id}:${number}:${action}:${head.sha}:${updated_at}`;
  const reopenedAt = action === 'reopened' ? updated_at : null;
  return {
    ...headJob(event, delivery, { headSha: head.sha, reopenedAt, dedupe }),
    lane: laneOf(event, number),
    pull: number,
    priority: action === 'closed' ? PRIORITY.cancel : PRIORITY.command,
  };
}

/** One for each event: two edits may come within the second that GitHub's times tell apart. */
function governedJob(event: z.infer<typeof pullRequest>, delivery: string): NewJob {
  const at = { repositoryId: event.repository.id, pull: event.pull_request.number };
  return governanceJob({ ...baseJob(event, delivery), ...at }, delivery, delivery);
}

/** Of a hundred pull requests each, the newest first. */
const MOST_PAGES = 10;
/** GitHub lists no more commits of a push. */
const MOST_COMMITS = 2_048;

/** Pull requests into the branch are governed by what its configuration says now. */
export function onPush(payload: unknown, delivery: string): NewJob[] | string {
  const event = push.parse(payload);
  const baseRef = branchOf(event.ref);
  if (baseRef === null) return 'no branch was pushed';
  if (!mayChangeConfig(event)) return 'the push leaves the configuration as it is';
  const which = { repositoryId: event.repository.id, baseRef, page: 1, lastPage: MOST_PAGES };
  return [openPullsJob({ ...baseJob(event, delivery), ...which }, `push:${delivery}`, delivery)];
}

/** Of a forced push GitHub does not list what it took away. */
function mayChangeConfig({ forced, commits }: z.infer<typeof push>): boolean {
  const changed = commits.flatMap(({ added, modified, removed }) => [...added, ...modified, ...removed]);
  return forced || commits.length >= MOST_COMMITS || changed.includes(CONFIG_FILE);
}
