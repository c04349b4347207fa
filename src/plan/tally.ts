/**
 * What the sandbox says of a session, added up event by event. The events are self-reported by hostile code and
 * may be millions, so everything kept is bounded: outcomes by a digest of the test's name, tracebacks by their
 * end, tests by number; what was cut is told as `truncated`. A test has several results where two of a project's
 * have one name, or run more than once: it failed if one of them did, which is how pytest comes to its exit status.
 */
import { hash } from 'node:crypto';
import { beginning, ending, shortened } from '../markdown/text.ts';
import type { SandboxEvent } from './events.ts';
import { type Counts, isFailure, NO_COUNTS, type Outcome, type TestReport } from './record.ts';
import { Slowest } from './slowest.ts';

/** Non-passing tests that are kept, failed ones and others (skipped …) each. */
export const MAX_TESTS = 1_000;
const MAX_NAMES = 300_000;
const MAX_STARTED = 1_000;
const MAX_NOTES = 20;
/** Bytes. */
const MAX_MESSAGE = 2_000;
const MAX_NOTE = 4_000;
const MAX_TRACEBACK = 8_000;

type Event<Name extends SandboxEvent['event']> = Extract<SandboxEvent, { event: Name }>;
export type SessionEnd = Omit<Event<'end'>, 'event'>;

export interface Tally {
  readonly counts: Counts;
  /** Tests that pytest selected; null where its collection did not come to an end. */
  readonly collected: number | null;
  /** Tests with a result. */
  readonly finished: number;
  /** Results of tests that had not been started. */
  readonly unstarted: number;
  /** Files that could not be collected; they count as errors, too. */
  readonly collectErrors: number;
  /** Tests that did not pass, failures first; attribution is null. */
  readonly tests: readonly TestReport[];
  /** Tests that were started and have no result, oldest first. */
  readonly inFlight: readonly string[];
  readonly slowest: readonly { nodeid: string; seconds: number }[];
  readonly warnings: number;
  readonly notes: readonly string[];
  /** What pytest said at the end of its session; null without such an end. */
  readonly end: SessionEnd | null;
  /** pytest's exit status as its parent saw it; negative: the signal. Null: the parent did not say. */
  readonly status: number | null;
  readonly truncated: boolean;
}

export class SessionTally {
  readonly #outcomes = new Map<string, Outcome>();
  readonly #counts: Counts = { ...NO_COUNTS };
  readonly #failures = new Map<string, TestReport>();
  readonly #others = new Map<string, TestReport>();
  readonly #started = new Set<string>();
  readonly #slowest = new Slowest(10);
  readonly #notes: string[] = [];
  #collected: number | null = null;
  #finished = 0;
  #unstarted = 0;
  #collectErrors = 0;
  #end: SessionEnd | null = null;
  #status: number | null = null;
  #truncated = false;

  add(event: SandboxEvent): void {
    switch (event.event) {
      case 'step':
        return;
      case 'note':
        this.#note(event.text);
        return;
      case 'collected':
        this.#collected = event.count;
        return;
      case 'collect_error':
        this.#uncollected(event, 'error');
        return;
      case 'collect_skip':
        this.#uncollected({ ...event, traceback: '' }, 'skipped');
        return;
      case 'start':
        this.#start(event.nodeid);
        return;
      case 'result':
        this.#result(event);
        return;
      case 'end':
        this.#end = {
          exit_code: event.exit_code,
          collected: event.collected,
          results: event.results,
          warnings: event.warnings,
        };
        return;
      case 'exit':
        this.#status = event.status;
    }
  }

  /** What is known up to now. */
  tally(): Tally {
    return {
      counts: { ...this.#counts, collected: this.#collected ?? 0 },
      collected: this.#collected,
      finished: this.#finished,
      unstarted: this.#unstarted,
      collectErrors: this.#collectErrors,
      tests: [...this.#failures.values(), ...this.#others.values()],
      inFlight: [...this.#started],
      slowest: this.#slowest.list(),
      warnings: this.#end?.warnings ?? 0,
      notes: [...this.#notes],
      end: this.#end,
      status: this.#status,
      truncated: this.#truncated,
    };
  }

  #note(text: string): void {
    if (this.#notes.length < MAX_NOTES) this.#notes.push(shortened(text, MAX_NOTE));
    else this.#truncated = true;
  }

  #start(nodeid: string): void {
    if (this.#started.size < MAX_STARTED) this.#started.add(nodeid);
    else this.#truncated = true;
  }

  /** Each worker of pytest-xdist reports the same file. */
  #uncollected(event: Omit<Event<'collect_error'>, 'event'>, outcome: 'error' | 'skipped'): void {
    if (this.#failures.has(event.nodeid) || this.#others.has(event.nodeid)) return;
    if (outcome === 'error') this.#collectErrors += 1;
    this.#counts[columnOf(outcome)] += 1;
    this.#keep({ ...event, outcome, seconds: 0 });
  }

  #result(event: Event<'result'>): void {
    const name = hash('sha1', event.nodeid, 'base64url');
    const before = this.#outcomes.get(name);
    if (!this.#started.delete(event.nodeid) && before === undefined) this.#unstarted += 1;
    if (before === undefined) this.#finished += 1;
    else if (isFailure(before)) return;
    else this.#counts[columnOf(before)] -= 1;
    this.#counts[columnOf(event.outcome)] += 1;
    if (before !== undefined || this.#outcomes.size < MAX_NAMES) this.#outcomes.set(name, event.outcome);
    this.#others.delete(event.nodeid);
    if (event.outcome !== 'passed') this.#keep(event);
    this.#slowest.add(event.nodeid, event.seconds);
  }

  #keep(test: Omit<TestReport, 'attribution'>): void {
    const failed = isFailure(test.outcome);
    const kept = failed ? this.#failures : this.#others;
    if (kept.size >= MAX_TESTS) {
      this.#truncated = true;
      return;
    }
    const { nodeid, outcome, line, seconds } = test;
    const message = beginning(test.message, MAX_MESSAGE);
    const traceback = failed ? ending(test.traceback, MAX_TRACEBACK) : '';
    const path = test.path === null ? null : beginning(test.path, MAX_MESSAGE);
    kept.set(nodeid, { nodeid, outcome, path, line, attribution: null, message, traceback, seconds });
  }
}

function columnOf(outcome: Outcome): Exclude<keyof Counts, 'collected'> {
  return outcome === 'error' ? 'errors' : outcome;
}
