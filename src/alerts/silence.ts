/**
 * Tells the silence of strategies: an issue is opened for each that was not heard for longer than its configuration
 * says, and closed once it is heard again. Alerts get lost on their way; this is how that is seen.
 */

import { upsertComment } from '../github/comment.ts';
import { closeIssue, keepIssueOpen } from '../github/issue-upkeep.ts';
import { moment } from '../merge/words.ts';
import type { Cause, Entry } from './audit.ts';
import type { Heartbeat } from './heartbeats.ts';
import type { IssueNumbers } from './issue-numbers.ts';
import type { AlertDependencies } from './job.ts';
import { heardAgainBody, markerOf, silenceBody, silenceTitle } from './report.ts';
import type { OpenedRepository } from './repositories.ts';

/** The kind under which the issue of a silence is kept; no alert's kind has a space. */
const SILENCE = 'no heartbeat';

type Dependencies = Pick<AlertDependencies, 'repositories' | 'heartbeats' | 'entitled' | 'trail' | 'now'> & {
  readonly issues: IssueNumbers;
};

/** Throws the first failure; the others have had their turn, and what failed comes again. */
export async function tellSilence(deps: Dependencies, signal: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  for (const heartbeat of deps.heartbeats.changed(deps.now())) {
    if (signal.aborted) return;
    await tell(heartbeat, deps).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function tell(heartbeat: Heartbeat, deps: Dependencies): Promise<void> {
  const repository = await deps.repositories.open(heartbeat.repository);
  if (repository === null) return deps.heartbeats.forget(heartbeat);
  const { allowed } = await deps.entitled(repository);
  const { silentAt, strategy } = heartbeat;
  const now = deps.now();
  if (silentAt === null && (!allowed || minutesOf(repository, strategy) === null)) {
    return deps.heartbeats.forget(heartbeat);
  }
  const detail =
    silentAt === null
      ? await tellSilent(heartbeat, repository, deps)
      : await tellHeard(heartbeat, repository, deps);
  deps.heartbeats.told(heartbeat, silentAt === null ? now : null);
  deps.trail.add(causeOf(heartbeat, now), entryOf(repository, detail), now);
}

/** What the configuration says now: it may have changed since the last alert. */
function minutesOf({ config: { strategies } }: OpenedRepository, strategy: string): number | null {
  return Object.hasOwn(strategies, strategy) ? (strategies[strategy]?.heartbeat_minutes ?? null) : null;
}

async function tellSilent(
  heartbeat: Heartbeat,
  { octokit, name, id }: OpenedRepository,
  { issues }: Dependencies,
): Promise<string> {
  const { strategy } = heartbeat;
  const topic = { repositoryId: id, strategy, kind: SILENCE };
  const marker = markerOf('issue', { strategy, alert: SILENCE });
  const { number, did } = await keepIssueOpen(octokit, name, {
    ...{ title: silenceTitle(strategy), body: silenceBody(heartbeat, marker), marker, labels: [] },
    knownNumber: issues.get(topic),
  });
  issues.set(topic, number);
  return `Not heard since ${moment(heartbeat.heardAt)}: issue ${number} was ${did}.`;
}

async function tellHeard(
  heartbeat: Heartbeat,
  { octokit, name, id }: OpenedRepository,
  { issues }: Dependencies,
): Promise<string> {
  const { strategy, heardAt } = heartbeat;
  const last = `<!-- codex:heard ${heardAt} -->`;
  const body = heardAgainBody(heartbeat, last);
  const number = await closeIssue(octokit, name, {
    marker: markerOf('issue', { strategy, alert: SILENCE }),
    knownNumber: issues.get({ repositoryId: id, strategy, kind: SILENCE }),
    before: (open) => upsertComment(octokit, name, open, { marker: last, body, knownId: null }),
  });
  return number === null ? 'Heard again; no issue was open.' : `Heard again: issue ${number} was closed.`;
}

function causeOf({ repositoryId, repository, strategy, heardAt, silentAt }: Heartbeat, now: number): Cause {
  const id = `heartbeat:${repositoryId}:${strategy}:${silentAt === null ? 'silent' : 'heard'}:${heardAt}`;
  return { id, repository, strategy, kind: SILENCE, firedAt: now };
}

function entryOf({ id }: OpenedRepository, detail: string): Entry {
  return { repositoryId: id, rule: 0, step: 0, action: 'issue', topic: null, outcome: 'done', detail };
}
