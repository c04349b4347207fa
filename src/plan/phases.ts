/** How long each phase of a plan took. */
import type { Phase } from './record.ts';

export interface PhaseClock {
  /** Runs a phase: announced at its start, measured to its end. */
  during<T>(phase: Phase, work: () => Promise<T>): Promise<T>;
  /** Of the phases that ended. */
  seconds(): Partial<Record<Phase, number>>;
}

export function startClock(announce: (phase: Phase) => void): PhaseClock {
  const seconds: Partial<Record<Phase, number>> = {};
  return {
    async during(phase, work) {
      announce(phase);
      const started = performance.now();
      try {
        return await work();
      } finally {
        seconds[phase] = Math.round(performance.now() - started) / 1000;
      }
    },
    seconds: () => ({ ...seconds }),
  };
}
