/** What a run's report says besides its failures: how it came out, and how it was run. */
import type { PhrasingContent, RootContent } from 'mdast';
import { inWords } from '../../duration.ts';
import {
  block,
  code,
  details,
  heading,
  list,
  paragraph,
  strong,
  table,
  tailBlock,
  text,
} from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import { shortened } from '../../markdown/text.ts';
import { PHASES, type RunRecord } from '../record.ts';
import { plural } from './words.ts';

const SELF_REPORTED: PhrasingContent = {
  type: 'emphasis',
  children: [text('Results are self-reported by code inside the sandbox.')],
};
const MAX_NOTES = 15;
const MAX_FILES = 30;
/** A test that took less is not slow, whatever the others took. */
const LEAST_SECONDS = 0.05;
/** Bytes. */
const LONGEST_NOTE = 1_000;
const LONGEST_COMMAND = 12_000;

/** Counts, delta to base, what was running, conflicts and notes. */
export function outcome(record: RunRecord): RootContent[] {
  return [
    ...(record.counts.collected + record.tests.length > 0 ? [countsTable(record)] : []),
    ...delta(record),
    ...(record.in_flight === null
      ? []
      : [paragraph(strong('Running at the end:'), text(' '), code(record.in_flight))]),
    ...conflicts(record),
    ...notes(record),
  ];
}

/** Slowest tests, warnings, times, dependencies, what exactly was tested and how to do it again. */
export function circumstances(record: RunRecord): RootContent[] {
  const items = [tested(record), times(record), dependencies(record), image(record), log(record)].filter(
    ({ length }) => length > 0,
  );
  return [
    ...slowest(record),
    ...(items.length === 0 ? [] : [heading(text('This run')), list(items)]),
    ...(record.command === null
      ? []
      : details(
          ['Run it again in a clone of the repository'],
          [block(shortened(record.command, LONGEST_COMMAND), 'sh')],
        )),
    ...(record.phases.test === undefined ? [] : [paragraph(SELF_REPORTED)]),
  ];
}

const COLUMNS = ['collected', 'passed', 'failed', 'errors', 'skipped', 'xfailed', 'xpassed'] as const;
/** Counts that are shown where they are zero, too. */
const ALWAYS: ReadonlySet<string> = new Set(['collected', 'passed', 'failed']);

function countsTable({ counts }: RunRecord): RootContent {
  const columns = COLUMNS.filter((column) => ALWAYS.has(column) || counts[column] > 0);
  return table([
    columns.map((column) => text(column)),
    columns.map((column) => text(String(counts[column]))),
  ]);
}

function delta({ counts, base_collected, warnings }: RunRecord): RootContent[] {
  const difference = base_collected === null ? 0 : counts.collected - base_collected;
  const against =
    difference === 0
      ? 'as many tests as base'
      : `${plural(Math.abs(difference), 'test')} ${difference > 0 ? 'more' : 'fewer'} than base`;
  const sentences = [
    ...(base_collected === null ? [] : [`Collected ${against} (${base_collected}).`]),
    ...(warnings === 0 ? [] : [`${plural(warnings, 'warning')}.`]),
  ];
  return sentences.length === 0 ? [] : [paragraph(text(sentences.join(' ')))];
}

function conflicts({ conflicts: files }: RunRecord): RootContent[] {
  if (files.length === 0) return [];
  const shown: PhrasingContent[][] = files.slice(0, MAX_FILES).map((file) => [code(file)]);
  const more = files.length > MAX_FILES ? [[text(`and ${files.length - MAX_FILES} more`)]] : [];
  return [paragraph(strong('Files that conflict with base:')), list([...shown, ...more])];
}

/** A note of several lines has what was printed after its first line. */
function notes(record: RunRecord): RootContent[] {
  const shown = record.notes.slice(0, MAX_NOTES).map((note) => {
    const [first = '', ...printed] = note.trim().split(/\r?\n/);
    return { first, printed: printed.join('\n') };
  });
  const sentences = shown.filter(({ printed }) => printed === '').map(({ first }) => prose(first));
  const more =
    record.notes.length > MAX_NOTES
      ? [[text(`${record.notes.length - MAX_NOTES} more notes are left out.`)]]
      : [];
  const folded = shown.filter(({ printed }) => printed !== '');
  return [
    ...(sentences.length + more.length === 0 ? [] : [list([...sentences, ...more])]),
    ...folded.flatMap(({ first, printed }) => details([{ code: first }], [tailBlock(printed, LONGEST_NOTE)])),
  ];
}

function slowest({ slowest: tests }: RunRecord): RootContent[] {
  const slow = tests.filter(({ seconds }) => seconds >= LEAST_SECONDS);
  if (slow.length === 0) return [];
  const items = slow.slice(0, 10).map(({ nodeid, seconds }) => [text(`${inWords(seconds)} `), code(nodeid)]);
  return details(['Slowest tests'], [list(items)]);
}

const PHASE_WORDS = {
  source: 'source',
  install: 'dependencies',
  test: 'tests',
  attribute: 'attribution',
} as const;

function times({ phases, first_test_seconds: first }: RunRecord): PhrasingContent[] {
  const parts = PHASES.flatMap((phase) => {
    const seconds = phases[phase];
    return seconds === undefined ? [] : [`${PHASE_WORDS[phase]} ${inWords(seconds)}`];
  });
  const start = first === null ? '' : `; first test after ${inWords(first)}`;
  return parts.length === 0 ? [] : [text(`Time: ${parts.join(', ')}${start}`)];
}

function dependencies({ dependencies: found }: RunRecord): PhrasingContent[] {
  return found === null ? [] : [text('Dependencies: '), ...prose(found)];
}

function tested(record: RunRecord): PhrasingContent[] {
  if (record.tree === null || record.base_sha === null) return [text('Head: '), code(record.head_sha)];
  return [
    ...[text('Tested: head '), code(record.head_sha.slice(0, 12))],
    ...[text(' merged into base '), code(record.base_sha.slice(0, 12))],
    ...[text(', tree '), code(record.tree)],
  ];
}

function image(record: RunRecord): PhrasingContent[] {
  return record.image === null ? [] : [text('Image: '), code(record.image)];
}

function log({ log: kept, truncated }: RunRecord): PhrasingContent[] {
  if (kept && kept.kept < kept.bytes) {
    return [text(`Truncated: the log keeps ${kept.kept} of ${kept.bytes} bytes, its beginning and its end`)];
  }
  return truncated ? [text('Truncated: not every test or line of output is kept')] : [];
}
