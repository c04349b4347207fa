/** A GitHub event → the jobs it causes. Pure, and total: whatever the payload, it never throws. */
import { z } from 'zod';
import type { NewJob } from '../jobs/job.ts';
import { onCheckRun, onCheckSuite } from './triggers/checks.ts';
import { onIssueComment } from './triggers/comment.ts';
import { onInstallation, onInstallationRepositories, onInstallationTarget } from './triggers/installation.ts';
import { onPullRequest, onPush } from './triggers/pull-request.ts';
import {
  wakeOnCheckRun,
  wakeOnCheckSuite,
  wakeOnPull,
  wakeOnPush,
  wakeOnReview,
  wakeOnStatus,
} from './triggers/wake.ts';

/** The events that Codex subscribes to (app.yml) and those that GitHub always sends. */
export const EVENTS = [
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'pull_request_review_thread',
  'check_run',
  'check_suite',
  'status',
  'push',
  'installation',
  'installation_repositories',
  'installation_target',
] as const;
type EventName = (typeof EVENTS)[number];

export interface Decision {
  readonly jobs: readonly NewJob[];
  /** Why there is nothing to do; null where there are jobs. */
  readonly ignored: string | null;
}

type Trigger = (payload: unknown, delivery: string) => NewJob[] | string;

/** What an event causes, by each of its meanings. */
const TRIGGERS: ReadonlyMap<string, readonly Trigger[]> = new Map<EventName, readonly Trigger[]>([
  ['issue_comment', [onIssueComment]],
  ['pull_request', [onPullRequest, wakeOnPull]],
  ['pull_request_review', [wakeOnReview]],
  ['pull_request_review_thread', [wakeOnReview]],
  ['check_run', [onCheckRun, wakeOnCheckRun]],
  ['check_suite', [onCheckSuite, wakeOnCheckSuite]],
  ['status', [wakeOnStatus]],
  ['push', [wakeOnPush, onPush]],
  ['installation', [onInstallation]],
  ['installation_repositories', [onInstallationRepositories]],
  ['installation_target', [onInstallationTarget]],
]);

/** `event`: GitHub's name for it; `delivery`: its id, kept with the jobs for the logs. */
export function jobsFor(event: string, payload: unknown, delivery: string): Decision {
  const triggers = TRIGGERS.get(event);
  if (!triggers) return { jobs: [], ignored: `the event ${event} is not known` };
  try {
    const caused = triggers.map((trigger) => trigger(payload, delivery));
    const jobs = caused.flatMap((each) => (typeof each === 'string' ? [] : each));
    const reasons = caused.filter((each) => typeof each === 'string');
    return { jobs, ignored: jobs.length > 0 ? null : (reasons[0] ?? 'there is nothing to do') };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const keys = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { jobs: [], ignored: `the payload is not GitHub's: ${keys.join('; ')}` };
  }
}
