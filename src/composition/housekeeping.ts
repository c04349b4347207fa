/** When chores are done: what no event asks for. */
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { atMost } from './patience.ts';

/** How long the first chore may hold up the start, and chores that run the end. */
const PATIENCE = 5_000;

export interface Chore {
  readonly name: string;
  /** Milliseconds. */
  readonly every: number;
  readonly work: (signal: AbortSignal) => Promise<unknown>;
}

export interface Housekeeping {
  /**
   * Does every chore once, then each in its interval, unless it is still being done. A chore that fails is logged and
   * comes again. Resolves when `first` is done, or has had its time.
   */
  start(): Promise<void>;
  /** Resolves once the chores that run have ended, or have had their time. */
  stop(): Promise<void>;
}

export function createHousekeeping(first: Chore, others: readonly Chore[], log: Log): Housekeeping {
  const stopped = new AbortController();
  const running = new Map<Chore, Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  const doChore = async ({ name, work }: Chore): Promise<void> => {
    try {
      await work(stopped.signal);
    } catch (error) {
      log.error({ chore: name, error: messageOf(error) }, 'housekeeping failed; it is tried again');
    }
  };
  const begin = (chore: Chore): void => {
    if (running.has(chore)) return;
    running.set(
      chore,
      doChore(chore).finally(() => running.delete(chore)),
    );
  };
  return {
    async start() {
      for (const chore of [first, ...others]) {
        begin(chore);
        timers.push(setInterval(begin, chore.every, chore));
      }
      await atMost(PATIENCE, running.get(first));
    },
    async stop() {
      stopped.abort();
      for (const timer of timers) clearInterval(timer);
      await atMost(PATIENCE, Promise.all(running.values()));
    },
  };
}
