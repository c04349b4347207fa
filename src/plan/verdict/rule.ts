/** What the rules of the verdict are given, and share. */
import type { Attribution, Conclusion } from '../record.ts';
import type { TestEnd } from '../sandbox/test.ts';
import type { Tally } from '../tally.ts';

/** How the container ended, as Docker tells it, and what it said on the channel. */
export type SandboxExit = Omit<TestEnd, 'seconds'>;

export interface VerdictOptions {
  /** `new`: failures that base has too, and flaky ones, do not count. */
  readonly failOn: 'any' | 'new';
  /** By node id; a failure that is missing here counts. */
  readonly attributions: ReadonlyMap<string, Attribution>;
  readonly limits: { readonly timeoutSeconds: number; readonly memoryMb: number };
  /** Tests that base collected with the same arguments; null where that is not known. */
  readonly baseCollected: number | null;
  /** Sentences about installed packages of another version than is asked for. */
  readonly mismatched: readonly string[];
  /** Names of packages that are asked for and could not be installed. */
  readonly missing: readonly string[];
  /** The end of what pytest printed; the empty string where it is not known. */
  readonly output: string;
}

export interface Verdict {
  readonly conclusion: Conclusion;
  /** One line of plain text, at most 250 bytes; it may quote names from the tests. */
  readonly title: string;
  readonly notes: readonly string[];
}

/** What the rules look at. */
export interface Facts extends VerdictOptions {
  readonly tally: Tally;
  readonly exit: SandboxExit;
}

/** A verdict where the rule applies. */
export type Rule = (facts: Facts) => Verdict | null;

export function failure(title: string, ...notes: string[]): Verdict {
  return { conclusion: 'failure', title, notes };
}

/** Pytest's session, its parent and the container say the same exit code, and nobody else spoke. */
export function endsAgree({ end, status }: Tally, exit: SandboxExit, code: number): boolean {
  return end?.exit_code === code && status === code && exit.status === code && exit.forged === 0;
}

/** A result for each collected test, and pytest says so, too. */
export function countsAgree({ end, collected, finished, inFlight }: Tally): boolean {
  if (finished === 0 || inFlight.length > 0) return false;
  return finished === collected && finished === end?.collected && finished === end.results;
}
