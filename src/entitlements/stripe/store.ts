/** The table `stripe_customers`: what Stripe last said of each customer, read by decisions without the network. */
import { z } from 'zod';
import type { Db } from '../../store/database.ts';
import type { SubscriptionFacts } from '../subscription.ts';
import { type FactsSetting, factsOf } from './facts.ts';
import { customerState, type Replacement } from './state.ts';

const json = z.string().transform((text): unknown => JSON.parse(text));
const row = z.object({
  id: z.string(),
  account: z.number().nullable(),
  state: json.pipe(customerState),
  eventId: z.string().nullable(),
  asOf: z.number().nullable(),
});
/** A row of the table; `account` is null where the customer names none. */
export type StoredCustomer = z.infer<typeof row>;
const rows = z.array(row);
const ids = z.array(z.string());

const COLUMNS = 'id, account, state, event_id AS eventId, as_of AS asOf';
const EMPTY = JSON.stringify({ deleted: false, subscriptions: [], entitlements: [] });

/** Times are milliseconds since the epoch. */
export class CustomerStore {
  readonly #db: Db;
  readonly #setting: FactsSetting;
  readonly #ofAccount: ReturnType<Db['prepare']>;

  constructor(db: Db, setting: FactsSetting) {
    this.#db = db;
    this.#setting = setting;
    this.#ofAccount = db.prepare(`SELECT ${COLUMNS} FROM stripe_customers WHERE account = ? ORDER BY id`);
  }

  /** The facts of a GitHub account at `now`. */
  facts(account: number, now: number): SubscriptionFacts {
    return factsOf(this.customersOf(account), this.#setting, now);
  }

  customersOf(account: number): StoredCustomer[] {
    return rows.parse(this.#ofAccount.all(account));
  }

  ids(): string[] {
    return ids.parse(this.#db.prepare('SELECT id FROM stripe_customers').pluck().all());
  }

  get(id: string): StoredCustomer | null {
    const sql = `SELECT ${COLUMNS} FROM stripe_customers WHERE id = ?`;
    return row.optional().parse(this.#db.prepare(sql).get(id)) ?? null;
  }

  /** Says that Stripe has something new about a customer. */
  markDirty(id: string, now: number): void {
    this.#db
      .prepare(
        `INSERT INTO stripe_customers (id, state, dirty_at) VALUES (:id, '${EMPTY}', :now)
         ON CONFLICT (id) DO UPDATE SET dirty_at = :now`,
      )
      .run({ id, now });
  }

  /** Customers that Stripe was not asked about since something new was said of them. */
  dirty(): string[] {
    return ids.parse(
      this.#db
        .prepare('SELECT id FROM stripe_customers WHERE dirty_at IS NOT NULL ORDER BY dirty_at')
        .pluck()
        .all(),
    );
  }

  /** Puts Stripe's answer, asked for at `asOf`, in the place of what is kept; an older answer changes nothing. */
  replace(
    id: string,
    { account, state }: Replacement,
    { asOf, event }: { asOf: number; event: string | null },
  ): void {
    this.#db
      .prepare(
        `INSERT INTO stripe_customers (id, account, state, event_id, as_of)
         VALUES (:id, :account, :state, :event, :asOf)
         ON CONFLICT (id) DO UPDATE SET account = :account, state = :state, event_id = :event, as_of = :asOf,
           dirty_at = iif(dirty_at > :asOf, dirty_at, NULL)
         WHERE as_of IS NULL OR as_of <= :asOf`,
      )
      .run({ id, account, state: JSON.stringify(state), event, asOf });
  }
}
