/** What no event asks for: reconciliation at the start and every minute, retention every six hours. */
import { messageOf } from '../errors.ts';
import type { InboxStore } from '../inbox/store.ts';
import { reconcileCheckRuns, reconcileContainers } from '../plan/reconciliation.ts';
import { pruneEnvironments } from '../plan/sandbox/environment.ts';
import { pruneLogs } from '../plan/sandbox/log-files.ts';
import type { Codex } from './codex.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const RETENTION_EVERY = 6 * 60 * MINUTE;
/** All logs together, compressed. */
const MAX_LOG_BYTES = 10 * 1024 ** 3;

interface Chore {
  readonly name: string;
  /** Milliseconds. */
  readonly every: number;
  readonly work: () => Promise<unknown>;
}

export interface Housekeeping {
  /** Runs every chore once, then each in its interval. A chore that fails is logged and comes again. */
  start(): Promise<void>;
  /** Resolves once the chores that run have ended. */
  stop(): Promise<void>;
}

export function createHousekeeping(codex: Codex, inbox: InboxStore): Housekeeping {
  const { log } = codex;
  const running = new Set<Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  const doChore = async ({ name, work }: Chore): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error({ chore: name, error: messageOf(error) }, 'housekeeping failed; it is tried again');
    }
  };
  const track = (chore: Chore): Promise<void> => {
    const done: Promise<void> = doChore(chore).finally(() => running.delete(done));
    running.add(done);
    return done;
  };
  const chores = choresOf(codex, inbox);
  return {
    async start() {
      await Promise.all(chores.map(track));
      for (const chore of chores) timers.push(setInterval(() => track(chore), chore.every));
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running);
    },
  };
}

function choresOf(codex: Codex, inbox: InboxStore): Chore[] {
  const { config, db, instance, now } = codex;
  const keep = config.retentionDays * DAY;
  const retention = async (): Promise<void> => {
    inbox.forget(now() - keep);
    await pruneLogs(config.dataDir, { days: config.retentionDays, maxBytes: MAX_LOG_BYTES }, now());
    await pruneEnvironments(db, instance, { unusedSince: now() - keep, unknownSince: now() - DAY });
  };
  return [
    { name: 'containers', every: MINUTE, work: () => reconcileContainers(codex) },
    { name: 'check runs', every: 10 * MINUTE, work: () => reconcileCheckRuns(codex) },
    { name: 'retention', every: RETENTION_EVERY, work: retention },
  ];
}
