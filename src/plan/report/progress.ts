/** What the check run shows until the verdict stands. */
import type { Output } from '../../github/check-run-output.ts';
import { code, list, markdown, paragraph, text } from '../../markdown/document.ts';
import type { Phase } from '../record.ts';
import type { Tally } from '../tally.ts';
import { countsInWords } from './words.ts';

/** `position` 1: next. Null: not known. */
export function queuedOutput(position: number | null): Output {
  const place = position === null ? '' : position === 1 ? ': next in line' : `: position ${position}`;
  return { title: `Queued${place}`, summary: 'The plan starts as soon as a sandbox is free.' };
}

const PHASE_TITLES: Readonly<Record<Phase, string>> = {
  source: 'Merging head and base',
  install: 'Installing dependencies',
  test: 'Running tests',
  attribute: 'Running failed tests again, on head and on base',
};

type Counted = Pick<Tally, 'counts' | 'collected' | 'finished' | 'inFlight'>;

/** The phase that runs, and what the tests said up to now; `tally` is null before they run. */
export function progressOutput(phase: Phase, tally: Counted | null): Output {
  if (tally === null || tally.finished + tally.inFlight.length === 0) {
    return { title: PHASE_TITLES[phase], summary: `${PHASE_TITLES[phase]} …` };
  }
  const testing = phase === 'test';
  const running = testing ? tally.inFlight.slice(0, 3) : [];
  return {
    title: testing ? `${PHASE_TITLES.test}: ${doneInWords(tally)}` : PHASE_TITLES[phase],
    summary: markdown([
      paragraph(text(`${countsInWords(tally.counts)}.`)),
      ...(running.length === 0 ? [] : [list(running.map((nodeid) => [text('running '), code(nodeid)]))]),
    ]),
  };
}

function doneInWords({ finished, collected }: Counted): string {
  return collected === null ? String(finished) : `${finished} of ${collected}`;
}
