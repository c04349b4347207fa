/** The newest verdict in about ten lines. */
import type { PhrasingContent, RootContent } from 'mdast';
import { inWords } from '../duration.ts';
import { code, heading, type Line, list, paragraph, strong, text } from '../markdown/document.ts';
import { prose } from '../markdown/prose.ts';
import { beginning } from '../markdown/text.ts';
import type { Conclusion, RunRecord, TestReport } from '../plan/record.ts';
import { type FailureGroup, failureGroups } from '../plan/report/groups.ts';
import { countsInWords, plural } from '../plan/report/words.ts';
import type { Conversation, RunEntry } from './model.ts';

export const CONCLUSION_SIGNS: Readonly<Record<Conclusion, string>> = {
  success: '✅',
  failure: '❌',
  neutral: '⚪',
  cancelled: '🚫',
  timed_out: '⏱️',
};

const MAX_NAMES = 5;
const MAX_NOTES = 3;
/** Bytes. */
const LONGEST_MESSAGE = 160;

/** Title, what was tested, whose failures, delta to base, and the first notes. Nothing before the first verdict. */
export function verdictLines(latest: Conversation['latest']): RootContent[] {
  if (latest === null) return [];
  const { run, record } = latest;
  const lines = [
    ...failureGroups(record).map(groupLine),
    ...(record.in_flight === null ? [] : [[text('Running at the end: '), code(record.in_flight)]]),
    ...conflictLine(record),
    ...countsLine(record),
    ...record.notes.slice(0, MAX_NOTES).map((note) => prose(note.trim().split('\n', 1).join(''))),
  ];
  const title = heading(text(`${CONCLUSION_SIGNS[record.conclusion]} `), ...prose(record.title));
  return [title, paragraph(...testedLine(run, record)), ...(lines.length === 0 ? [] : [list(lines)])];
}

function testedLine(run: RunEntry, record: RunRecord): PhrasingContent[] {
  const base = record.base_sha === null ? [] : [text(' with base '), code(record.base_sha.slice(0, 7))];
  const took = run.seconds === null ? [] : [text(` · ${inWords(run.seconds)}`)];
  return [text('Head '), code(record.head_sha.slice(0, 7)), ...base, ...took, ...linkTo(run, 'all details')];
}

/** A link to the check run, set off from what is before it. */
export function linkTo({ checkUrl }: RunEntry, label: string): PhrasingContent[] {
  return checkUrl === null ? [] : [text(' · '), { type: 'link', url: checkUrl, children: [text(label)] }];
}

/** What the author has to mend, with the reason of each; of the rest only the names. */
function groupLine({ attribution, title, tests }: FailureGroup) {
  const label = `${title} (${tests.length})`;
  if (attribution !== 'caused') return [text(`${label}: `), ...names(tests.map(({ nodeid }) => nodeid))];
  const more = tests.length > MAX_NAMES ? [[text(`and ${tests.length - MAX_NAMES} more`)]] : [];
  return { line: [strong(label)], below: [...tests.slice(0, MAX_NAMES).map(failureLine), ...more] };
}

function failureLine({ nodeid, message }: TestReport): Line {
  const [first = ''] = beginning(message, 4 * LONGEST_MESSAGE)
    .trim()
    .split('\n', 1);
  return first === '' ? [code(nodeid)] : [code(nodeid), text(': '), code(first, LONGEST_MESSAGE)];
}

function conflictLine({ conflicts }: RunRecord): PhrasingContent[][] {
  return conflicts.length === 0 ? [] : [[text('Conflicts: '), ...names(conflicts)]];
}

function countsLine({ title, counts, base_collected }: RunRecord): PhrasingContent[][] {
  if (counts.collected === 0) return [];
  const difference = counts.collected - (base_collected ?? counts.collected);
  const more =
    difference === 0 ? '' : `, ${Math.abs(difference)} ${difference > 0 ? 'more' : 'fewer'} than base`;
  const words = countsInWords(counts);
  if (words !== title) return [[text(`${plural(counts.collected, 'test')}${more}: ${words}`)]];
  return more === '' ? [] : [[text(`${plural(counts.collected, 'test')}${more}`)]];
}

function names(all: readonly string[]): PhrasingContent[] {
  const shown = all
    .slice(0, MAX_NAMES)
    .flatMap((name, index) => [...(index === 0 ? [] : [text(', ')]), code(name)]);
  return all.length > MAX_NAMES ? [...shown, text(` and ${all.length - MAX_NAMES} more`)] : shown;
}
