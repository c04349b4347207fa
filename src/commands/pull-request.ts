/**
 * Jobs of kind `pull_request`: after a push, a close or a reopening, plans are brought in line with the pull request
 * as it is now. The event only says where to look, so that late and repeated events do no harm.
 */
import { z } from 'zod';
import type { Pull } from '../github/pull.ts';
import type { Job, JobHandler } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { ALL_TESTS, type PlanRequest } from '../plan/request-schema.ts';
import { CONFIG_FILE, parseRepositoryConfig } from '../repository/config.ts';
import { boundTo, type Effects, type GitHubRepository } from './context.ts';

export const pullRequestPayload = z.object({
  repositoryId: z.int(),
  /** Login of who pushed, opened or closed. */
  sender: z.string(),
  /** The head of the event; which pull requests have it is looked up where the job names none. */
  headSha: z.string(),
  /** ISO 8601, where the event is a reopening: closing cancelled the plan that the head had. */
  reopenedAt: z.string().nullable().default(null),
});
export type PullRequestPayload = z.infer<typeof pullRequestPayload>;

type Maxima = Parameters<typeof parseRepositoryConfig>[1];

/** More plans of one pull request than this are never unfinished. */
const MAX_RUNS = 100;

export function pullRequestHandler(effects: Effects, maxima: Maxima, log: Log): JobHandler {
  return {
    kind: 'pull_request',
    async run(job, signal) {
      if (job.cancelReason !== null) return;
      const event = pullRequestPayload.parse(job.payload);
      const github = await effects.github(job.installation, job.repository);
      const numbers = job.pull === null ? await github.pullsWithHead(event.headSha) : [job.pull];
      for (const number of numbers) {
        signal.throwIfAborted();
        const pull = await github.getPull(number);
        cancelOutdated(job, pull, event, effects);
        if (!(await isAutomatic(pull, github, maxima))) continue;
        if (await mayPlan(job, event, effects, log)) planOnce(job, pull, event, effects);
      }
    },
    /** Nobody asked in words, so nobody waits for an answer: the operator's log is its end. */
    async abandon(job, reason) {
      log.error(
        { job: job.id, delivery: job.delivery, reason },
        'a pull request event could not be followed',
      );
    },
  };
}

/** The event's own head counts as current too: GitHub's answer may be older than its event. */
function cancelOutdated(job: Job, pull: Pull, event: PullRequestPayload, effects: Effects): void {
  if (pull.state === 'closed') {
    const reason = pull.merged ? 'the pull request was merged' : 'the pull request was closed';
    effects.cancel({ repository: job.repository, pull: pull.number, kind: 'plan' }, reason);
    return;
  }
  const runs = effects.runs.latest({ repositoryId: event.repositoryId, pull: pull.number }, MAX_RUNS);
  for (const { id, record, request } of runs) {
    if (record !== null || request.headSha === pull.headSha || request.headSha === event.headSha) continue;
    effects.cancel({ id }, `superseded by ${pull.headSha.slice(0, 7)}, the new head of the pull request`);
  }
}

/** Nothing from a fork is run unless somebody who may write asks for it. */
async function isAutomatic(pull: Pull, github: GitHubRepository, maxima: Maxima): Promise<boolean> {
  if (pull.state === 'closed' || pull.fork) return false;
  const text = await github.readFile(pull.baseRef, CONFIG_FILE);
  return parseRepositoryConfig(text, maxima).config.plan.auto;
}

/** Whoever pushed has not asked for anything, so nobody is told of a refusal but the operator. */
async function mayPlan(
  { installation, repository }: Job,
  { sender }: PullRequestPayload,
  effects: Effects,
  log: Log,
): Promise<boolean> {
  const asker = { installation, repository, user: sender, member: null };
  const { allowed, reason } = await effects.entitlement('codex.plan', asker);
  if (!allowed) log.info({ repository, sender, reason }, 'a new head is not planned by itself');
  return allowed;
}

/** Once for each time that the head becomes the head, however many events tell of it. */
function planOnce(job: Job, pull: Pull, event: PullRequestPayload, effects: Effects): void {
  const { repositoryId, reopenedAt } = event;
  const last = effects.runs
    .latest({ repositoryId, pull: pull.number }, MAX_RUNS)
    .find(({ request }) => request.trigger.type === 'auto');
  if (last?.request.headSha === pull.headSha && reopenedAt === null) return;
  const since = reopenedAt ?? last?.id ?? 'opened';
  const dedupe = `auto:${repositoryId}:${pull.number}:${pull.headSha}:${since}`;
  effects.requestPlan(requestOf(job, pull, event), dedupe, job.delivery);
}

function requestOf(job: Job, pull: Pull, { repositoryId, sender }: PullRequestPayload): PlanRequest {
  const { installation, repository } = job;
  return {
    ...boundTo({ installation, repository, repositoryId }, pull),
    arguments: ALL_TESTS,
    requestedBy: sender,
    trigger: { type: 'auto' },
    acceptedAt: job.createdAt,
  };
}
