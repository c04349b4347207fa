/** Whether those who tell of a session agree: pytest's own end, its parent, the container, and the counts. */
import type { TestEnd } from '../sandbox/test.ts';
import type { Tally } from '../tally.ts';

/** How the container ended, as Docker tells it, and what it said on the channel. */
export type SandboxExit = Omit<TestEnd, 'seconds'>;

/** Pytest's session, its parent and the container say the same exit code, and nobody else spoke. */
export function endsAgree({ end, status }: Tally, exit: SandboxExit, code: number): boolean {
  return end?.exit_code === code && status === code && exit.status === code && exit.forged === 0;
}

/** A result for each collected test, and pytest says so, too. */
export function countsAgree({ end, collected, finished, inFlight }: Tally): boolean {
  if (finished === 0 || inFlight.length > 0) return false;
  return finished === collected && finished === end?.collected && finished === end.results;
}
