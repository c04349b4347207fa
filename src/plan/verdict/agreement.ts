/** Whether those who tell of a session agree: pytest's own end, its parent, the container, and the counts. */
import type { Tally } from '../tally.ts';

/** How the container ended, as Docker tells it. */
export interface SandboxExit {
  /** Exit status of the container; null where it was killed. */
  readonly status: number | null;
  readonly oomKilled: boolean;
  readonly timedOut: boolean;
  /** Lines on the event channel that Codex did not write. */
  readonly forged: number;
}

/** Pytest's session, its parent and the container say the same exit code, and nobody else spoke. */
export function endsAgree({ end, status }: Tally, exit: SandboxExit, code: number): boolean {
  return end?.exit_code === code && status === code && exit.status === code && exit.forged === 0;
}

/** As many results as collected tests. Two tests of a project may have the same name. */
export function countsAgree({ end, collected, results, finished, inFlight }: Tally): boolean {
  if (!end || collected === null || collected === 0 || inFlight.length > 0) return false;
  const ran = finished === collected || results === collected;
  return ran && end.collected === collected && (end.results === results || end.results === finished);
}
