/** Failures at their lines. A test can claim any place: what GitHub would refuse would take the verdict with it. */
import type { Annotation } from '../../github/check-run-output.ts';
import { beginning, cut, ending, shortened, visibleLine, visibleLines } from '../../markdown/text.ts';
import type { RunRecord, TestReport } from '../record.ts';
import { failureGroups } from './groups.ts';
import { ATTRIBUTION_WORDS } from './words.ts';

/** Annotations on one check run: twenty requests of 50. */
export const MAX_ANNOTATIONS = 1_000;
/** Bytes; GitHub takes 255 characters of title and 64 KiB of each text, a request of 50 should stay small. */
const LONGEST_TITLE = 255;
const LONGEST_MESSAGE = 4_096;
const LONGEST_DETAILS = 16_384;
const LONGEST_PATH = 1_024;
const HIGHEST_LINE = 1_000_000;

/** One annotation for each failure with a place in the repository, this change's own first. */
export function annotations(record: Pick<RunRecord, 'tests'>): Annotation[] {
  const placed = failureGroups(record)
    .flatMap(({ tests }) => tests)
    .flatMap((test) => (test.path !== null && isInside(test.path) ? [{ test, path: test.path }] : []));
  return placed.slice(0, MAX_ANNOTATIONS).map(({ test, path }) => annotation(test, path));
}

function annotation(test: TestReport, path: string): Annotation {
  const line = Math.min(Math.max(test.line ?? 1, 1), HIGHEST_LINE);
  const rawDetails = ending(visibleLines(ending(test.traceback, LONGEST_DETAILS)), LONGEST_DETAILS);
  return {
    path,
    startLine: line,
    endLine: line,
    level: test.attribution === 'base' || test.attribution === 'flaky' ? 'warning' : 'failure',
    title: title(test),
    message:
      cut(visibleLines(beginning(test.message, LONGEST_MESSAGE)).trim(), LONGEST_MESSAGE) ||
      `The test ${test.outcome}.`,
    ...(rawDetails.trim() === '' ? {} : { rawDetails }),
  };
}

function title({ nodeid, attribution }: TestReport): string {
  const why = attribution ? ` (${ATTRIBUTION_WORDS[attribution]})` : '';
  return shortened(visibleLine(nodeid), LONGEST_TITLE - why.length) + why;
}

/** A relative path of ordinary segments. */
function isInside(path: string): boolean {
  const segments = path.split('/');
  const plain = path === visibleLine(path) && path.length <= LONGEST_PATH && !path.includes('\\');
  return plain && segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
