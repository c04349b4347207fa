/** Lets go of what is older than the operator keeps it. Runs and their verdicts stay: they are small, and history. */
import { setImmediate as turn } from 'node:timers/promises';
import { AuditTrail } from '../alerts/audit.ts';
import { DecisionStore } from '../entitlements/decisions.ts';
import { FlagSetStore } from '../entitlements/flags/store.ts';
import type { InboxStore } from '../inbox/store.ts';
import { pruneEnvironments } from '../plan/sandbox/environment.ts';
import { pruneLogs } from '../plan/sandbox/log-files.ts';
import { maintain } from '../plan/source/maintenance.ts';
import { openedMirrors } from '../plan/source/mirror.ts';
import type { Codex } from './codex.ts';

const DAY = 24 * 60 * 60_000;
/** All logs together, compressed. */
const MAX_LOG_BYTES = 10 * 1024 ** 3;
/** Rows deleted in one turn of the event loop: webhooks come in between. */
const ROWS_AT_ONCE = 1_000;
/** GitHub can be asked for a delivery for three days: until then it must be known to have come. */
const SENT_AGAIN_DAYS = 4;

type Kept = Pick<Codex, 'db' | 'instance' | 'jobs' | 'runs' | 'now'> & {
  readonly config: Pick<Codex['config'], 'dataDir' | 'retentionDays'>;
};

/** Throws the first failure; what was not reached is done the next time. */
export async function forgetOld(codex: Kept, inbox: InboxStore, signal: AbortSignal): Promise<void> {
  const { config, db, instance, jobs, runs, now } = codex;
  const before = now() - config.retentionDays * DAY;
  const notSentAgain = Math.min(before, now() - SENT_AGAIN_DAYS * DAY);
  await inTurns((limit) => inbox.forget(notSentAgain, limit), signal);
  await inTurns((limit) => jobs.forget(notSentAgain, limit), signal);
  new DecisionStore(db).forget(before);
  new AuditTrail(db).forget(before);
  new FlagSetStore(db).forgetUnused();
  await pruneLogs(config.dataDir, { days: config.retentionDays, maxBytes: MAX_LOG_BYTES }, now());
  await pruneEnvironments(db, instance, { unusedSince: before, unknownSince: now() - DAY });
  const needed = (): Set<string> => new Set(runs.unreported().map(({ request }) => request.headSha));
  for (const mirror of await openedMirrors()) await maintain(mirror, needed, signal);
}

/** `forget` deletes at most as many rows as it is given, and answers how many. */
async function inTurns(forget: (limit: number) => number, signal: AbortSignal): Promise<void> {
  while (forget(ROWS_AT_ONCE) === ROWS_AT_ONCE && !signal.aborted) await turn();
}
