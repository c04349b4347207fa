/**
 * Whose failure it is, without any history: the tests that failed are run again on head and on base, in the same
 * environment. What this cannot tell for sure stays `unknown` and counts as a failure.
 */
import type { SandboxEvent } from './events.ts';
import { type Attribution, isFailure, type Outcome } from './record.ts';

/** One run of the failed tests again. */
export interface Rerun {
  /** Of each test that was asked for, a failure above all; a file that could not be collected is an `error`. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Files of which a test had a result. */
  readonly files: ReadonlySet<string>;
  /** The session came to a regular end: a test without outcome does not exist there. */
  readonly complete: boolean;
}

/** pytest's exit codes after which every test that was asked for and exists has run. */
const REGULAR_ENDS = new Set([0, 1, 5]);

/** Reads a re-run's events; keeps only what was asked for, so that it is as bounded as the failures are. */
export class RerunTally {
  readonly #asked: ReadonlySet<string>;
  readonly #askedFiles: ReadonlySet<string>;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #files = new Set<string>();
  #end: number | null = null;
  #status: number | null = null;

  constructor(asked: Iterable<string>) {
    this.#asked = new Set(asked);
    this.#askedFiles = new Set([...this.#asked].map(fileOf));
  }

  add(event: SandboxEvent): void {
    if (event.event === 'result') this.#result(event.nodeid, event.outcome);
    if (event.event === 'collect_error' && this.#askedFiles.has(fileOf(event.nodeid))) {
      this.#outcomes.set(event.nodeid, 'error');
    }
    if (event.event === 'end') this.#end = event.exit_code;
    if (event.event === 'exit') this.#status = event.status;
  }

  rerun(): Rerun {
    const complete = this.#end !== null && this.#end === this.#status && REGULAR_ENDS.has(this.#end);
    return { outcomes: this.#outcomes, files: this.#files, complete };
  }

  #result(nodeid: string, outcome: Outcome): void {
    if (this.#askedFiles.has(fileOf(nodeid))) this.#files.add(fileOf(nodeid));
    const before = this.#outcomes.get(nodeid);
    if (before !== undefined && isFailure(before)) return;
    if (this.#asked.has(nodeid)) this.#outcomes.set(nodeid, outcome);
  }
}

/** The attribution of each test in `failures` (node ids; a file's path where it could not be collected). */
export function attribute(failures: readonly string[], head: Rerun, base: Rerun): Map<string, Attribution> {
  return new Map(failures.map((nodeid) => [nodeid, attributionOf(nodeid, head, base)]));
}

type Seen = 'passed' | 'failed' | 'skipped' | 'absent' | 'unclear';

function attributionOf(nodeid: string, head: Rerun, base: Rerun): Attribution {
  const again = seen(nodeid, head);
  if (again === 'passed') return 'flaky';
  if (again !== 'failed') return 'unknown';
  const before = seen(nodeid, base);
  if (before === 'failed') return 'base';
  return before === 'unclear' ? 'unknown' : 'caused';
}

function seen(nodeid: string, rerun: Rerun): Seen {
  const outcome = rerun.outcomes.get(nodeid);
  if (outcome === 'skipped') return 'skipped';
  if (outcome !== undefined) return isFailure(outcome) ? 'failed' : 'passed';
  if (fileOf(nodeid) === nodeid && rerun.files.has(nodeid)) return 'passed';
  const unreadable = rerun.outcomes.get(fileOf(nodeid)) === 'error';
  return rerun.complete && !unreadable ? 'absent' : 'unclear';
}

function fileOf(nodeid: string): string {
  const separator = nodeid.indexOf('::');
  return separator === -1 ? nodeid : nodeid.slice(0, separator);
}
