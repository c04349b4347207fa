/** What `codexctl plan` shows while it runs: on a terminal one line that changes, elsewhere one line a phase. */
import type { PlanObserver } from '../plan/plan.ts';
import type { Phase } from '../plan/record.ts';
import { progressOutput } from '../plan/report/progress.ts';
import type { Tally } from '../plan/tally.ts';

/** Milliseconds between two looks at the counts. */
const INTERVAL = 250;

export interface TerminalObserver extends PlanObserver {
  /** Clears the line. */
  end(): void;
}

export function terminalObserver(out: NodeJS.WriteStream): TerminalObserver {
  let phase: Phase = 'source';
  let read: (() => Tally) | null = null;
  const show = (): void => {
    const { title } = progressOutput(phase, read?.() ?? null);
    out.write(out.isTTY ? `\r\u001b[K${title} …` : `${title} …\n`);
  };
  const timer = out.isTTY ? setInterval(show, INTERVAL) : null;
  timer?.unref();
  return {
    phase(entered) {
      phase = entered;
      show();
    },
    tally(given) {
      read = given;
    },
    end() {
      if (timer) clearInterval(timer);
      if (out.isTTY) out.write('\r\u001b[K');
    },
  };
}
