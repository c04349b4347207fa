/** The check run of a finished plan, within GitHub's limits. */
import type { Annotation, Output } from '../../github/check-run-output.ts';
import { markdown } from '../../markdown/document.ts';
import { bytesOf, cut, visibleLine } from '../../markdown/text.ts';
import type { RunRecord } from '../record.ts';
import { annotations } from './annotations.ts';
import { circumstances, outcome } from './facts.ts';
import { failureParts } from './failures.ts';

/** GitHub speaks of characters and counts bytes ("exceeds a maximum bytesize of 65535"). */
export const LONGEST_TEXT = 65_535;
const LONGEST_TITLE = 250;

export interface CheckRunReport extends Output {
  readonly annotations: readonly Annotation[];
}

/** What the check run shows. `text` is there where the failures need more room than the summary has. */
export function checkRunReport(record: RunRecord): CheckRunReport {
  const above = markdown(outcome(record));
  const below = markdown(circumstances(record));
  const room = LONGEST_TEXT - bytesOf(above) - bytesOf(below) - 4;
  const [failures = '', more = ''] = failureParts(record, [room, LONGEST_TEXT]);
  const summary = [above, failures, below].filter((part) => part !== '').join('\n\n');
  return {
    title: cut(visibleLine(record.title), LONGEST_TITLE),
    summary,
    ...(more === '' ? {} : { text: more }),
    annotations: annotations(record),
  };
}
