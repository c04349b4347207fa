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

/** Whose decision about what. Logins and repositories are alike whatever their case, as on GitHub. */
export interface DecisionKey {
  readonly user: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly capability: Capability;
}

const json = z.string().transform((text): unknown => JSON.parse(text));
const bit = z.int().transform((value) => value === 1);
const row = z
  .object({
    id: z.string(),
    capability: capabilityText,
    context: json.pipe(subjectContext),
    evaluation: json.pipe(evaluation),
    fallback: bit,
    allowed: bit,
    variant: z.string().nullable(),
    reason: z.string(),
    flagSet: z.string().nullable(),
    subscription: standing,
    subscriptionEvent: z.string().nullable(),
    times: z.int(),
    firstAt: z.int(),
    lastAt: z.int(),
  })
  .transform(({ id, context, evaluation: said, fallback, times, firstAt, lastAt, ...decision }) => {
    return { id, decision, context, evaluation: said, fallback, times, firstAt, lastAt };
  });
/** A decision, and how often it was made, between when and when. */
export type StoredDecision = z.infer<typeof row>;
const found = row.optional();

const COLUMNS = `id, capability, context, evaluation, fallback, allowed, variant, reason, flag_set AS flagSet,
  subscription, subscription_event AS subscriptionEvent, times, first_at AS firstAt, last_at AS lastAt`;
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
    const statement = this.#db.prepare(`SELECT ${COLUMNS} ${OF_SUBJECT} AND id = @id`);
    return found.parse(statement.get({ user, repository, capability, id })) ?? null;
  }

  /** The newest decision that had been made by `at`; null where there is none. */
  latest({ user, repository, capability }: DecisionKey, at: number): StoredDecision | null {
    const statement = this.#db.prepare(`SELECT ${COLUMNS} ${OF_SUBJECT} AND first_at <= @at ${NEWEST}`);
    return found.parse(statement.get({ user, repository, capability, at })) ?? null;
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
