/**
 * Jobs of kind `alert`: what an alert causes by the rules of its repository's default branch. Each action is done once,
 * and is in the audit trail; one that GitHub cannot take now is tried again for a day, the others are not held up.
 */
import { classifyFailure } from '../github/failure.ts';
import type { Job, JobHandler, NewJob } from '../jobs/job.ts';
import { MAX_ATTEMPTS } from '../jobs/transitions.ts';
import type { ActionEffects, Allowed } from './actions/definition.ts';
import { type AuditTrail, causeOf, type Entry } from './audit.ts';
import type { Heartbeats } from './heartbeats.ts';
import { matchRules } from './match.ts';
import { perform } from './perform.ts';
import { ALERT, type AlertPayload, alertJob, alertPayload } from './receive.ts';
import { stormInWords } from './report.ts';
import { type OpenedRepository, type Repositories, strategyOf } from './repositories.ts';

export interface AlertDependencies {
  readonly trail: AuditTrail;
  readonly repositories: Pick<Repositories, 'open'>;
  readonly effects: ActionEffects;
  readonly heartbeats: Heartbeats;
  /** Whether the account that owns a repository may have alerts acted on, and why not, in words. */
  readonly entitled: (repository: Pick<OpenedRepository, 'installation' | 'fullName'>) => Promise<Allowed>;
  readonly enqueue: (jobs: readonly NewJob[]) => void;
  readonly now: () => number;
}

/** After the tries of one job, while GitHub cannot be reached. */
const AGAIN_MS = 15 * 60_000;
const DAY = 24 * 3_600_000;

export function alertHandler(deps: AlertDependencies): JobHandler {
  return {
    kind: ALERT,
    async run(job) {
      const payload = alertPayload.parse(job.payload);
      try {
        await act(payload, deps);
      } catch (error) {
        if (job.attempt < MAX_ATTEMPTS || !isForLater(error, payload, deps.now())) throw error;
        deps.enqueue([laterJob(job, payload)]);
      }
    },
    async abandon(job, reason) {
      const { alert } = alertPayload.parse(job.payload);
      note(deps.trail, alert, { outcome: 'failed', detail: reason, repositoryId: null }, deps.now());
    },
  };
}

async function act(payload: AlertPayload, deps: AlertDependencies): Promise<void> {
  const { alert, collapsed } = payload;
  deps.heartbeats.heard(alert);
  if (collapsed !== null) {
    const storm = { step: 1, outcome: 'limited', detail: stormInWords(collapsed) } as const;
    note(deps.trail, alert, { ...storm, repositoryId: null }, deps.now());
  }
  const repository = await deps.repositories.open(alert.repository);
  const now = deps.now();
  if (repository === null) {
    const detail = 'The App is not installed on this repository, or there is no such repository.';
    return note(deps.trail, alert, { outcome: 'refused', detail, repositoryId: null }, now);
  }
  deps.heartbeats.watch(repository, alert.repository, now);
  const matches = matchRules(repository.config.alerts, alert);
  const rules = matches.flatMap(({ rule, matched }) => (matched ? [rule] : []));
  const about = { repositoryId: repository.id };
  if (rules.length === 0) {
    const detail = ['No rule is about it.', ...repository.mistakes.slice(0, 1)].join(' ');
    return note(deps.trail, alert, { outcome: 'unmatched', detail, ...about }, now);
  }
  const { allowed, reason } = await deps.entitled(repository);
  if (!allowed) return note(deps.trail, alert, { outcome: 'refused', detail: reason, ...about }, now);
  await performAll(rules, payload, repository, deps);
}

/** Every action has its turn, whatever became of those before it; the first failure is thrown at the end. */
async function performAll(
  rules: OpenedRepository['config']['alerts'],
  payload: AlertPayload,
  repository: OpenedRepository,
  deps: AlertDependencies,
): Promise<void> {
  const failures: unknown[] = [];
  const paths = strategyOf(repository, payload.alert.strategy)?.paths ?? [];
  for (const rule of rules) {
    const context = { ...payload, rule, repository, paths, effects: deps.effects, now: deps.now() };
    for (const [index, says] of rule.then.entries()) {
      await perform({ says, rule: rule.number, step: index + 1 }, context, deps.trail).catch(
        (error: unknown) => {
          failures.push(error);
        },
      );
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** What an alert came to before any action. */
function note(
  trail: AuditTrail,
  alert: AlertPayload['alert'],
  entry: Pick<Entry, 'outcome' | 'detail' | 'repositoryId'> & Partial<Pick<Entry, 'step'>>,
  now: number,
): void {
  trail.add(causeOf(alert), { rule: 0, step: 0, action: null, topic: null, ...entry }, now);
}

const LATER_KINDS: ReadonlySet<string> = new Set(['transient', 'rate_limited', 'unauthorized']);

function isForLater(error: unknown, { alert }: AlertPayload, now: number): boolean {
  const kind = classifyFailure(error, now)?.kind;
  return kind !== undefined && LATER_KINDS.has(kind) && now - alert.receivedAt < DAY;
}

function laterJob(job: Job, payload: AlertPayload): NewJob {
  const again = alertJob(payload);
  return { ...again, dedupe: `${again.dedupe}:after:${job.id}`, delayMs: AGAIN_MS };
}
