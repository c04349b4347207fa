/**
 * Failures with their tracebacks, folded, in as much room as there is: this change's own come first, tracebacks
 * share the room fairly and lose their beginning, and what still does not fit is left out whole, last first.
 */
import {
  code,
  details,
  fenceable,
  heading,
  LINE_BREAK,
  markdown,
  paragraph,
  tailBlock,
  text,
} from '../../markdown/document.ts';
import { beginning, bytesOf, ending } from '../../markdown/text.ts';
import type { RunRecord, TestReport } from '../record.ts';
import { failureGroups } from './groups.ts';
import { fairShare } from './share.ts';
import { plural } from './words.ts';

/** Bytes. */
const LONGEST_TRACEBACK = 10_000;
/** What a failure keeps of its traceback before failures after it are shown at all. */
const LEAST_TRACEBACK = 400;
const LONGEST_MESSAGE = 160;
/** The fence around a traceback, and blank lines. */
const FENCE = 80;
/** Headings of groups, and the announcement of what was left out. */
const RESERVED = 300;
/** What stays empty at the end of a part because the next failure goes into the next one. */
const GAP = LONGEST_TRACEBACK + 2_000;

interface Candidate {
  readonly test: TestReport;
  /** The heading of its group. */
  readonly title: string;
  readonly traceback: string;
  readonly size: number;
  /** Bytes of the failure without its traceback. */
  readonly overhead: number;
}

/**
 * Markdown of the failures, one part for each room (bytes): what does not fit into the first part goes on in the
 * next. A part may be empty.
 */
export function failureParts(
  record: Pick<RunRecord, 'tests' | 'counts'>,
  rooms: readonly number[],
): string[] {
  const room = rooms.reduce((sum, bytes) => sum + bytes - RESERVED, 0);
  const candidates = candidatesFor(record, room);
  const overhead = candidates.reduce((sum, candidate) => sum + candidate.overhead, 0);
  const sizes = candidates.map(({ size }) => size);
  const share = Math.min(fairShare(sizes, room - overhead - GAP), LONGEST_TRACEBACK);
  const filling = new Filling(rooms);
  const dropped = candidates.findIndex(
    ({ test, title, traceback }) =>
      !filling.add(title, folded(test, traceback, Math.max(share, LEAST_TRACEBACK))),
  );
  const failed = Math.max(record.counts.failed + record.counts.errors, candidates.length);
  filling.announce(failed - (dropped === -1 ? candidates.length : dropped));
  return filling.parts();
}

/** As many failures as have room with the least of a traceback. */
function candidatesFor(record: Pick<RunRecord, 'tests'>, room: number): Candidate[] {
  const candidates: Candidate[] = [];
  let needed = 0;
  for (const { title, tests } of failureGroups(record)) {
    for (const test of tests) {
      const traceback = fenceable(ending(test.traceback, 2 * LONGEST_TRACEBACK));
      const size = Math.min(bytesOf(traceback), LONGEST_TRACEBACK);
      const overhead = bytesOf(folded(test, '', 0)) + FENCE;
      needed += overhead + Math.min(size, LEAST_TRACEBACK);
      if (needed > room) return candidates;
      candidates.push({ test, title: `${title} (${tests.length})`, traceback, size, overhead });
    }
  }
  return candidates;
}

function folded(test: TestReport, traceback: string, share: number): string {
  const message = beginning(test.message, 4 * LONGEST_MESSAGE)
    .trim()
    .split('\n', 1)
    .join('');
  const why = message === '' ? [] : [LINE_BREAK, { code: message, longest: LONGEST_MESSAGE }];
  const at = `${test.path}:${test.line ?? 1}`;
  const told = test.path === null || ending(traceback, share).includes(`${at}:`);
  const place = told ? [] : [paragraph(text('At '), code(at))];
  const content = traceback === '' ? [] : [tailBlock(traceback, share)];
  return markdown(details([{ code: test.nodeid }, ...why], [...place, ...content]));
}

/** Parts that fill up one after the other, each with the headings of what it holds. */
class Filling {
  readonly #rooms: readonly number[];
  readonly #parts: string[][];
  #current = 0;
  #used = 0;
  #title = '';

  constructor(rooms: readonly number[]) {
    this.#rooms = rooms;
    this.#parts = rooms.map(() => []);
  }

  /** False where no part has room for it. */
  add(title: string, block: string): boolean {
    while (this.#current < this.#rooms.length) {
      const blocks = title === this.#title ? [block] : [markdown([heading(text(title))]), block];
      const size = blocks.reduce((sum, each) => sum + bytesOf(each) + 2, 0);
      if (this.#used + size + RESERVED <= (this.#rooms[this.#current] ?? 0)) {
        this.#parts[this.#current]?.push(...blocks);
        this.#used += size;
        this.#title = title;
        return true;
      }
      this.#current += 1;
      this.#used = 0;
      this.#title = '';
    }
    return false;
  }

  announce(leftOut: number): void {
    if (leftOut <= 0) return;
    const last = this.#parts.findLast((part) => part.length > 0) ?? this.#parts[0];
    last?.push(
      `${plural(leftOut, 'more failure')} left out here: GitHub takes no longer text. The full log has all of them.`,
    );
  }

  parts(): string[] {
    return this.#parts.map((blocks) => blocks.join('\n\n'));
  }
}
