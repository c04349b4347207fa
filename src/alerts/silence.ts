/**
 * Tells the silence of strategies: an issue is opened for each that was not heard for longer than its configuration
 * says, and closed once it is heard again. Alerts get lost on their way; this is how that is seen.
 */
import { code, list, paragraph, text } from '../markdown/document.ts';
import { counted, moment } from '../merge/words.ts';
import type { Cause, Entry } from './audit.ts';
import type { Heartbeat } from './heartbeats.ts';
import type { AlertIssues } from './issues.ts';
import type { AlertDependencies } from './job.ts';
import { markerOf, written } from './report.ts';
import { type OpenedRepository, strategyOf } from './repositories.ts';

/** The kind under which the issue of a silence is kept; no alert's kind has a space. */
const SILENCE = 'no heartbeat';

/** Throws the first failure; the others have had their turn, and what failed comes again. */
export async function tellSilence(deps: AlertDependencies, signal: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  for (const heartbeat of deps.heartbeats.changed(deps.now())) {
    if (signal.aborted) return;
    await tell(heartbeat, deps).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function tell(heartbeat: Heartbeat, deps: AlertDependencies): Promise<void> {
  const repository = await deps.repositories.open(heartbeat.repository);
  if (repository === null) return deps.heartbeats.forget(heartbeat);
  const { allowed } = await deps.entitled(repository);
  const { silentAt, strategy } = heartbeat;
  const now = deps.now();
  // The configuration may have changed since the last alert.
  const isWatched = strategyOf(repository, strategy)?.heartbeat_minutes !== undefined;
  if (silentAt === null && !(allowed && isWatched)) return deps.heartbeats.forget(heartbeat);
  const { issues } = deps.effects;
  const detail =
    silentAt === null
      ? `Not heard since ${moment(heartbeat.heardAt)}. ${await tellSilent(heartbeat, repository, issues)}`
      : `Heard again. ${await tellHeard(heartbeat, repository, issues)}`;
  deps.heartbeats.told(heartbeat, silentAt === null ? now : null);
  deps.trail.add(causeOf(heartbeat, now), entryOf(repository, detail), now);
}

function tellSilent(
  heartbeat: Heartbeat,
  repository: OpenedRepository,
  issues: AlertIssues,
): Promise<string> {
  const { strategy } = heartbeat;
  const about = { strategy, alert: SILENCE };
  const body = silenceBody(heartbeat, markerOf('issue', about));
  return issues.keepOpen(repository, about, { title: `${strategy}: no alert is heard`, body, labels: [] });
}

async function tellHeard(
  heartbeat: Heartbeat,
  repository: OpenedRepository,
  issues: AlertIssues,
): Promise<string> {
  const { strategy, heardAt } = heartbeat;
  const marker = `<!-- codex:heard ${heardAt} -->`;
  const last = { marker, body: heardAgainBody(heartbeat, marker) };
  return (await issues.close(repository, { strategy, alert: SILENCE }, last)) ?? 'No issue was open.';
}

function silenceBody({ strategy, minutes, heardAt }: Heartbeat, marker: string): string {
  return written(marker, [
    paragraph(
      ...[text('🔇 The strategy '), code(strategy), text(` was not heard since ${moment(heardAt)}: `)],
      text(`longer than the ${counted(minutes, 'minute')} that the configuration allows.`),
    ),
    list([
      [
        text(
          'Is its alert still active? TradingView ends alerts by their date, and stops those that fire often.',
        ),
      ],
      [text('Does its webhook still have the URL and the token of this Codex?')],
      [text('Was this Codex reachable?')],
    ]),
    paragraph(
      text('Freezes that its alerts caused end by themselves. This is closed once it is heard again.'),
    ),
  ]);
}

function heardAgainBody({ strategy, heardAt }: Heartbeat, marker: string): string {
  const heard = [text('🔔 The strategy '), code(strategy), text(` was heard again at ${moment(heardAt)}.`)];
  return written(marker, [paragraph(...heard)]);
}

function causeOf({ repositoryId, repository, strategy, heardAt, silentAt }: Heartbeat, now: number): Cause {
  const id = `heartbeat:${repositoryId}:${strategy}:${silentAt === null ? 'silent' : 'heard'}:${heardAt}`;
  return { id, repository, strategy, kind: SILENCE, firedAt: now };
}

function entryOf({ id }: OpenedRepository, detail: string): Entry {
  return { repositoryId: id, rule: 0, step: 0, action: 'issue', topic: null, outcome: 'done', detail };
}
