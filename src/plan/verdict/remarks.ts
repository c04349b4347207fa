/** Sentences about how a session went that stand in, or beside, a verdict. */
import { constants } from 'node:os';
import { shortened } from '../../markdown/text.ts';
import { plural } from '../report/words.ts';
import type { Tally } from '../tally.ts';
import { missingInWords, missingModules } from './missing-modules.ts';
import type { Facts } from './rule.ts';

/** What a reader must know beside any verdict. */
export function remarks({ tally, exit, output, missing }: Facts): string[] {
  const modules = missingInWords(missingModules(tally.tests, output), missing);
  const lines =
    exit.forged > 0
      ? [`${plural(exit.forged, 'line')} on the channel between sandbox and Codex did not come from Codex.`]
      : [];
  const unstarted =
    tally.unstarted > 0 && !tally.truncated
      ? [`${plural(tally.unstarted, 'result')} came from tests that never started.`]
      : [];
  const cutShort = tally.truncated
    ? ['The session had more to report than is kept: not every test is listed.']
    : [];
  return [...modules, ...lines, ...unstarted, ...cutShort];
}

/** ` while running NAME`, or nothing where no test was running. */
export function whileRunning({ inFlight }: Tally): string {
  const [first, ...others] = inFlight;
  if (first === undefined) return '';
  return ` while running ${shortened(first, 150)}${others.length > 0 ? ` and ${plural(others.length, 'other test')}` : ''}`;
}

const SIGNALS = new Map(
  Object.entries(constants.signals)
    .map(([name, number]): [number, string] => [number, name])
    .reverse(),
);

/** ` (exit code 1)`, ` (SIGSEGV)`. Negative: ended by that signal, as Python tells it; over 128: as a shell tells it. */
export function statusInWords(status: number | null): string {
  if (status === null) return ' (killed)';
  const signal = SIGNALS.get(status < 0 ? -status : status - 128);
  return signal ? ` (${signal})` : ` (exit code ${status})`;
}
