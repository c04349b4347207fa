/** One action of one rule: done once for an alert, if at all, and what it came to is in the audit trail. */
import { UserError } from '../errors.ts';
import { classifyFailure } from '../github/failure.ts';
import type { Action, ActionContext } from './actions/definition.ts';
import { ACTIONS } from './actions/registry.ts';
import { type AuditTrail, causeOf, type Entry, type Place } from './audit.ts';

const HOUR = 3_600_000;

/** One item of a rule's `then`. */
export interface Step extends Place {
  /** What the action is told, by the action's name. */
  readonly says: Readonly<Record<string, unknown>>;
}

type Result = Pick<Entry, 'outcome' | 'detail'>;

/** Throws what may be otherwise on another try; then nothing of it is in the trail. */
export async function perform(
  { says, rule, step }: Step,
  context: ActionContext,
  trail: AuditTrail,
): Promise<void> {
  const { alert, repository, now } = context;
  const action = ACTIONS.find(({ name }) => Object.hasOwn(says, name));
  const cause = causeOf(alert);
  if (!action || trail.has(cause, { rule, step })) return;
  const given = says[action.name];
  const topic = action.topic(given, alert);
  const result =
    keptFrom(action, topic, context, trail) ?? (await resultOf(() => action.run(given, context), now));
  const entry = { ...result, rule, step, action: action.name, topic, repositoryId: repository.id };
  trail.add(cause, entry, now);
}

/** Why the action has no turn; null: it has. */
function keptFrom(
  { name, hourly }: Action,
  topic: string | null,
  { alert, repository, now }: ActionContext,
  trail: AuditTrail,
): Result | null {
  if (topic !== null && trail.isOvertaken(causeOf(alert), repository.id, topic)) {
    return { outcome: 'overtaken', detail: 'An alert that fired later had its turn before.' };
  }
  if (trail.countDone(repository.id, name, now - HOUR) < hourly) return null;
  return { outcome: 'limited', detail: `It was done ${hourly} times within an hour, which is the most.` };
}

async function resultOf(run: () => Promise<string>, now: number): Promise<Result> {
  try {
    return { outcome: 'done', detail: await run() };
  } catch (error) {
    if (error instanceof UserError) return { outcome: 'refused', detail: `${error.message} ${error.next}` };
    const failure = classifyFailure(error, now);
    if (!failure || !LASTING.has(failure.kind)) throw error;
    return { outcome: 'failed', detail: failure.message };
  }
}

/** GitHub has refused for good. Credentials that it does not take are replaced, and tried again. */
const LASTING: ReadonlySet<string> = new Set(['gone', 'forbidden', 'invalid']);
