/** What no event asks for: reconciliation at the start and every minute, retention every six hours. */
import { messageOf } from '../errors.ts';
import type { InboxStore } from '../inbox/store.ts';
import { reconcileCheckRuns, reconcileContainers } from '../plan/reconciliation.ts';
import type { Codex } from './codex.ts';
import { atMost } from './patience.ts';
import { forgetOld } from './retention.ts';

const MINUTE = 60_000;
const RETENTION_EVERY = 6 * 60 * MINUTE;

/** How long a Docker daemon that does not answer may hold up the start, and a chore that runs the end. */
const PATIENCE = 5_000;

export interface Chore {
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

/** `more`: chores of parts that are not always there. */
export function createHousekeeping(
  codex: Codex,
  inbox: InboxStore,
  more: readonly Chore[] = [],
): Housekeeping {
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
  const others = [...otherChores(codex, inbox), ...more];
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
  const isActive = (run: string) => codex.worker.runs(run) || codex.environments.installs(run);
  return { name: 'containers', every: MINUTE, work: () => reconcileContainers(isActive, codex) };
}

function otherChores(codex: Codex, inbox: InboxStore): Chore[] {
  return [
    { name: 'merges', every: MINUTE, work: async () => codex.merges.wakeAll() },
    { name: 'freezes', every: MINUTE, work: async () => codex.governance.showFreezes() },
    { name: 'heartbeats', every: MINUTE, work: (signal) => codex.alerts.tellSilence(signal) },
    { name: 'check runs', every: 10 * MINUTE, work: (signal) => reconcileCheckRuns(codex, signal) },
    { name: 'retention', every: RETENTION_EVERY, work: (signal) => forgetOld(codex, inbox, signal) },
  ];
}
