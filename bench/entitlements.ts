/**
 * What a decision costs, stored durably as a server does it: the commands of 200 people, in turn, each with Stripe's
 * facts at hand. The peer is one row committed with synchronous=FULL. Of several rounds the median counts: a busy
 * moment of the machine hits one of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEntitlements } from '../src/composition/entitlements.ts';
import { parseLocalConfig } from '../src/config.ts';
import type { Entitlements } from '../src/entitlements/entitlements.ts';
import { NO_SUBSCRIPTION } from '../src/entitlements/subscription.ts';
import { createLog } from '../src/log.ts';
import { type Db, openDatabase } from '../src/store/database.ts';
import { median, quantile } from './quantile.ts';
import type { Row } from './row.ts';

const ROUNDS = 9;
const DECISIONS_PER_ROUND = 1_000;
const PEOPLE = 200;
const TARGET_MS = 1;
const SUBJECT = { repository: 'acme/shop', accountId: 7, installation: 1, member: true };

/** Takes about five seconds. */
export async function entitlementsBench(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'codex-bench-'));
  const db = openDatabase(join(directory, 'codex.db'));
  try {
    const [decision, write] = [await decisions(db), writes(db)];
    return [
      {
        name: 'entitlement decision, stored: p99',
        measured: `${decision.toFixed(2)} ms`,
        peer: `${write.toFixed(2)} ms (one durable write)`,
        ratio: decision / write,
        target: `≤ ${TARGET_MS} ms`,
        pass: decision <= TARGET_MS,
      },
    ];
  } finally {
    db.close();
    rmSync(directory, { recursive: true });
  }
}

async function decisions(db: Db): Promise<number> {
  const facts = { ...NO_SUBSCRIPTION, status: 'active' as const, plan: 'team', eventId: 'evt_1', asOf: 0 };
  const entitlements = await createEntitlements(
    { config: parseLocalConfig({}), db, instance: 'bench', log: createLog('silent'), now: Date.now },
    {
      billing: { subscriptionOf: () => facts, plans: [], subscribeLink: () => '' },
      onFlags() {},
      onDecision() {},
    },
  );
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push(quantile(await decideOften(entitlements), 0.99));
  await entitlements.close();
  return median(rounds);
}

async function decideOften(entitlements: Entitlements): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < DECISIONS_PER_ROUND; n += 1) {
    const subject = { ...SUBJECT, user: `person-${n % PEOPLE}` };
    const start = performance.now();
    await entitlements.decide('codex.pr', subject);
    times.push(performance.now() - start);
  }
  return times;
}

function writes(db: Db): number {
  db.exec('CREATE TABLE peer (id INTEGER PRIMARY KEY, at INTEGER NOT NULL)');
  const insert = db.prepare('INSERT INTO peer (at) VALUES (?)');
  const round = () =>
    Array.from({ length: DECISIONS_PER_ROUND }, (_, at) => {
      const start = performance.now();
      insert.run(at);
      return performance.now() - start;
    });
  return median(Array.from({ length: ROUNDS }, () => quantile(round(), 0.99)));
}
