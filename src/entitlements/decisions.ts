/** Every decision, with all that it was made of. What is asked again and again with one answer is one row, counted. */
import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { type Db, inPassing } from '../store/database.ts';
import { type Capability, capabilityText } from './capability.ts';
import type { Decision } from './decide.ts';
import { type Evaluation, evaluation } from './evaluation.ts';
import { type SubjectContext, standing, subjectContext } from './subject.ts';

/** What a decision is made of, and what came of it. */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly context: SubjectContext;
  readonly evaluation: Evaluation;
  readonly fallback: boolean;
}

export interface StoredDecision extends DecisionRecord {
  readonly id: string;
  /** How often it was made, between when and when. */
  readonly times: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Whose decision about what. Logins and repositories are alike whatever their case, as on GitHub. */
export interface DecisionKey {
  readonly user: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly capability: Capability;
}

const json = z.string().transform((text): unknown => JSON.parse(text));
const row = z.object({
  id: z.string(),
  capability: capabilityText,
  context: json.pipe(subjectContext),
  evaluation: json.pipe(evaluation),
  flag_set: z.string().nullable(),
  fallback: z.int(),
  allowed: z.int(),
  variant: z.string().nullable(),
  reason: z.string(),
  subscription: standing,
  subscription_event: z.string().nullable(),
  times: z.int(),
  first_at: z.int(),
  last_at: z.int(),
});

const OF_SUBJECT =
  'FROM decisions WHERE repository = @repository AND user = @user AND capability = @capability';
const NEWEST = 'ORDER BY first_at DESC, id DESC LIMIT 1';

export class DecisionStore {
  readonly #db: Db;
  readonly #repeat: Statement;
  readonly #insert: Statement;

  constructor(db: Db) {
    this.#db = db;
    this.#repeat = db.prepare(
      `UPDATE decisions SET times = times + 1, last_at = @at
       WHERE id = (SELECT id ${OF_SUBJECT} ${NEWEST})
         AND context = @context AND evaluation = @evaluation AND fallback = @fallback
         AND subscription_event IS @event
       RETURNING id`,
    );
    this.#insert = db.prepare(
      `INSERT INTO decisions (id, capability, user, repository, context, evaluation, flag_set, fallback, allowed, variant,
         reason, subscription, subscription_event, first_at, last_at)
       VALUES (@id, @capability, @user, @repository, @context, @evaluation, @flagSet, @fallback, @allowed, @variant,
         @reason, @subscription, @event, @at, @at)`,
    );
  }

  /**
   * Stores a decision made `at`, under `id` if it is a new one. Returns the id it has. Nobody waits for the disk: what
   * a command does on a decision is committed after it, and the decision with it.
   */
  record(id: string, record: DecisionRecord, at: number): string {
    const values = columnsOf(id, record, at);
    return inPassing(this.#db, () => this.#store(id, values));
  }

  #store(id: string, values: ReturnType<typeof columnsOf>): string {
    const repeated = z.object({ id: z.string() }).optional().parse(this.#repeat.get(values));
    if (repeated) return repeated.id;
    this.#insert.run(values);
    return id;
  }

  /** The decision `id`, if it is about this; null otherwise. */
  find({ user, repository, capability }: DecisionKey, id: string): StoredDecision | null {
    const statement = this.#db.prepare(`SELECT * ${OF_SUBJECT} AND id = @id`);
    return fromRow(statement.get({ user, repository, capability, id }));
  }

  /** The newest decision that had been made by `at`; null where there is none. */
  latest({ user, repository, capability }: DecisionKey, at: number): StoredDecision | null {
    const statement = this.#db.prepare(`SELECT * ${OF_SUBJECT} AND first_at <= @at ${NEWEST}`);
    return fromRow(statement.get({ user, repository, capability, at }));
  }

  /** Deletes the decisions that were last made before `before`. */
  forget(before: number): void {
    this.#db.prepare('DELETE FROM decisions WHERE last_at < ?').run(before);
  }
}

function columnsOf(
  id: string,
  { decision, context, evaluation: said, fallback }: DecisionRecord,
  at: number,
) {
  return {
    id,
    capability: decision.capability,
    user: context.user,
    repository: context.repository,
    context: JSON.stringify(context),
    evaluation: JSON.stringify(said),
    flagSet: decision.flagSet,
    fallback: Number(fallback),
    allowed: Number(decision.allowed),
    variant: decision.variant,
    reason: decision.reason,
    subscription: decision.subscription,
    event: decision.subscriptionEvent,
    at,
  };
}

function fromRow(found: unknown): StoredDecision | null {
  if (found === undefined) return null;
  const stored = row.parse(found);
  return {
    id: stored.id,
    decision: {
      capability: stored.capability,
      allowed: stored.allowed === 1,
      variant: stored.variant,
      reason: stored.reason,
      flagSet: stored.flag_set,
      subscription: stored.subscription,
      subscriptionEvent: stored.subscription_event,
    },
    context: stored.context,
    evaluation: stored.evaluation,
    fallback: stored.fallback === 1,
    times: stored.times,
    firstAt: stored.first_at,
    lastAt: stored.last_at,
  };
}
