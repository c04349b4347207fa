/** A GitHub event → the jobs it causes. Pure, and total: whatever the payload, it never throws. */
import { z } from 'zod';
import { accountJob } from '../entitlements/account-events.ts';
import type { NewJob } from '../jobs/job.ts';
import { BUTTON, PLAN_CHECK } from '../plan/check-names.ts';
import {
  commandJob,
  governanceJob,
  headJob,
  isCancel,
  laneOf,
  PRIORITY,
  uninstallJob,
} from './event-jobs.ts';
import {
  checkRun,
  checkSuite,
  installation,
  installationRepositories,
  issueComment,
  pullRequest,
} from './events.ts';
import { newCommands, type WrittenCommand } from './parse.ts';

/** The events that Codex subscribes to (app.yml) and those that GitHub always sends. */
export const EVENTS = [
  'issue_comment',
  'pull_request',
  'check_run',
  'check_suite',
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

/** In Codex's own comments: with a person's token GitHub would not tell them from that person's. */
const OWN_COMMENT = '<!-- codex:';

const TRIGGERS: ReadonlyMap<string, Trigger> = new Map<EventName, Trigger>([
  ['issue_comment', onIssueComment],
  ['pull_request', onPullRequest],
  ['check_run', onCheckRun],
  ['check_suite', onCheckSuite],
  ['installation', onInstallation],
  ['installation_repositories', onInstallationRepositories],
  ['installation_target', onInstallationTarget],
]);

/** `event`: GitHub's name for it; `delivery`: its id, kept with the jobs for the logs. */
export function jobsFor(event: string, payload: unknown, delivery: string): Decision {
  try {
    const jobs = TRIGGERS.get(event)?.(payload, delivery) ?? `the event ${event} is not known`;
    return typeof jobs === 'string' ? { jobs: [], ignored: jobs } : { jobs, ignored: null };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const keys = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { jobs: [], ignored: `the payload is not GitHub's: ${keys.join('; ')}` };
  }
}

function onIssueComment(payload: unknown, delivery: string): NewJob[] | string {
  const event = issueComment.parse(payload);
  const { action, comment, changes, issue, sender } = event;
  const body = comment.body ?? '';
  if (action !== 'created' && action !== 'edited') return `a comment was ${action}`;
  if (!issue.pull_request) return 'the comment is on an issue';
  if (sender.type === 'Bot' || body.includes(OWN_COMMENT)) return 'the comment is a bot’s';
  const before = action === 'edited' ? (changes?.body?.from ?? body) : null;
  const commands = newCommands(before, body);
  if (commands.length === 0) return 'the comment gives no new command';
  const origin = { type: 'comment' as const, commentId: comment.id, updatedAt: comment.updated_at };
  return commands.map((command, index) => ({
    ...commandJob(event, delivery, { origin, command }),
    dedupe: `comment:${comment.id}:${comment.updated_at}:${index}`,
    lane: laneOf(event, issue.number),
    pull: issue.number,
    // Ahead of what was written elsewhere only: within a comment, commands run in order.
    priority: commands.slice(0, index + 1).every(isCancel) ? PRIORITY.cancel : PRIORITY.command,
  }));
}

function onCheckRun(payload: unknown, delivery: string): NewJob[] | string {
  const event = checkRun.parse(payload);
  const { name, head_sha: headSha, external_id: runId } = event.check_run;
  if (name !== PLAN_CHECK) return `the check run is ${name}`;
  if (event.sender.type === 'Bot') return 'a bot pressed the button';
  const command = buttonCommand(event);
  if (command === null) return `the check run was ${event.action}`;
  return [
    commandJob(event, delivery, { origin: { type: 'check_run', runId: runId ?? '', headSha }, command }),
  ];
}

/** GitHub's buttons stand for commands. */
function buttonCommand({
  action,
  requested_action: button,
}: z.infer<typeof checkRun>): WrittenCommand | null {
  if (action === 'rerequested') return written('plan');
  if (action !== 'requested_action') return null;
  if (button?.identifier === BUTTON.rerunFailed) return written('plan', '--failed');
  return button?.identifier === BUTTON.cancel ? written('cancel') : null;
}

function written(name: string, ...words: string[]): WrittenCommand {
  return { text: ['/codex', name, ...words].join(' '), name, words, mistake: null };
}

function onCheckSuite(payload: unknown, delivery: string): NewJob[] | string {
  const event = checkSuite.parse(payload);
  const { id, head_sha: headSha } = event.check_suite;
  if (event.action === 'requested') {
    return [headJob(event, delivery, { headSha, reopenedAt: null, dedupe: `check_suite:${id}:requested` })];
  }
  if (event.action !== 'rerequested') return `the check suite was ${event.action}`;
  if (event.sender.type === 'Bot') return 'a bot pressed the button';
  return [
    commandJob(event, delivery, { origin: { type: 'check_suite', headSha }, command: written('plan') }),
  ];
}

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

function onPullRequest(payload: unknown, delivery: string): NewJob[] | string {
  const event = pullRequest.parse(payload);
  const { number, head, updated_at } = event.pull_request;
  const { action, repository } = event;
  const dedupe = `pull_request:${repository.id}:${number}:${action}:${head.sha}:${updated_at}`;
  const jobs = [
    ...(HEAD_ACTIONS.includes(action) ? [pullRequestJob(event, delivery, dedupe)] : []),
    ...(GOVERNANCE_ACTIONS.includes(action) ? [governanceJob(event, delivery, number, dedupe)] : []),
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

function onInstallation(payload: unknown, delivery: string): NewJob[] | string {
  const event = installation.parse(payload);
  const account = accountJob('installation', payload, delivery) ?? [];
  const ends = event.action === 'deleted' || event.action === 'suspend';
  const jobs = ends ? [uninstallJob(event.installation.id, delivery, { repositories: null })] : [];
  const all = jobs.concat(account);
  return all.length > 0 ? all : `the installation was ${event.action}`;
}

function onInstallationTarget(payload: unknown, delivery: string): NewJob[] | string {
  const job = accountJob('installation_target', payload, delivery);
  return job ? [job] : 'the account was not renamed';
}

function onInstallationRepositories(payload: unknown, delivery: string): NewJob[] | string {
  const event = installationRepositories.parse(payload);
  const repositories = event.repositories_removed.map(({ full_name }) => full_name);
  if (repositories.length === 0) return 'no repository was removed';
  return [uninstallJob(event.installation.id, delivery, { repositories })];
}
