import type { Attribution, Conclusion } from '../record.ts';
import type { Tally } from '../tally.ts';
import type { SandboxExit } from './agreement.ts';

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
