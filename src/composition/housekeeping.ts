/** What no event asks for: reconciliation at the start and every minute, retention every six hours. */
import { messageOf } from '../errors.ts';
import type { InboxStore } from '../inbox/store.ts';
import { reconcileCheckRuns, reconcileContainers } from '../plan/reconciliation.ts';
import { pruneEnvironments } from '../plan/sandbox/environment.ts';
import { pruneLogs } from '../plan/sandbox/log-files.ts';
import type { Codex } from './codex.ts';
import { atMost } from './patience.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const RETENTION_EVERY = 6 * 60 * MINUTE;
/** All logs together, compressed. */
const MAX_LOG_BYTES = 10 * 1024 ** 3;

/** How long a Docker daemon that does not answer may hold up the start, and a chore that runs the end. */
const PATIENCE = 5_000;

interface Chore {
  readonly name: string;
  /** Milliseconds. */
  readonly every: number;
  readonly work: (signal: AbortSignal) => Promise<unknown>;
}

export interface Housekeeping {
  /**
   * Runs every chore once, then each in its interval. A chore that fails is logged and comes again. Resolves when
   * the containers that a killed process left are gone: their runs must not start again beside them.
   */
  start(): Promise<void>;
  /** Resolves once the chores that run have ended, or have had their time. */
  stop(): Promise<void>;
}

export function createHousekeeping(codex: Codex, inbox: InboxStore): Housekeeping {
  const { log } = codex;
  const stopped = new AbortController();
  const running = new Set<Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  const doChore = async ({ name, work }: Chore): Promise<void> => {
    try {
      await work(stopped.signal);
    } catch (error) {
      log.error({ chore: name, error: messageOf(error) }, 'housekeeping failed; it is tried again');
    }
  };
  const track = (chore: Chore): Promise<void> => {
    const done: Promise<void> = doChore(chore).finally(() => running.delete(done));
    running.add(done);
    return done;
  };
  const containers = containersChore(codex);
  const others = otherChores(codex, inbox);
  return {
    async start() {
      const gone = track(containers);
      for (const chore of others) void track(chore);
      for (const chore of [containers, ...others]) timers.push(setInterval(() => track(chore), chore.every));
      await atMost(PATIENCE, gone);
    },
    async stop() {
      stopped.abort();
      for (const timer of timers) clearInterval(timer);
      await atMost(PATIENCE, Promise.all(running));
    },
  };
}

function containersChore(codex: Codex): Chore {
  const isActive = (run: string) => codex.worker.runs(run);
  return { name: 'containers', every: MINUTE, work: () => reconcileContainers(isActive, codex) };
}

function otherChores(codex: Codex, inbox: InboxStore): Chore[] {
  const { config, db, instance, now } = codex;
  const keep = config.retentionDays * DAY;
  const retention = async (): Promise<void> => {
    inbox.forget(now() - keep);
    await pruneLogs(config.dataDir, { days: config.retentionDays, maxBytes: MAX_LOG_BYTES }, now());
    await pruneEnvironments(db, instance, { unusedSince: now() - keep, unknownSince: now() - DAY });
  };
  return [
    { name: 'check runs', every: 10 * MINUTE, work: (signal) => reconcileCheckRuns(codex, signal) },
    { name: 'retention', every: RETENTION_EVERY, work: retention },
  ];
}
