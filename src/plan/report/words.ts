import type { Attribution, Counts } from '../record.ts';

/** What a reader calls the failures of each attribution. */
export const ATTRIBUTION_WORDS: Readonly<Record<Attribution, string>> = {
  caused: 'caused by this change',
  base: 'already failing on base',
  flaky: 'flaky',
  unknown: 'of unknown cause',
};

/** `3 passed, 1 failed, 2 skipped`: every count that is not zero, failures first after what passed. */
export function countsInWords(counts: Counts): string {
  const parts = [
    part(counts.passed, 'passed'),
    part(counts.failed, 'failed'),
    part(counts.errors, counts.errors === 1 ? 'error' : 'errors'),
    part(counts.skipped, 'skipped'),
    part(counts.xfailed, 'xfailed'),
    part(counts.xpassed, 'xpassed'),
  ].flat();
  return parts.length === 0 ? 'no results' : parts.join(', ');
}

/** `2 caused by this change, 1 flaky`: every attribution that occurs. */
export function attributionsInWords(attributions: Iterable<Attribution>): string {
  const numbers = { caused: 0, base: 0, flaky: 0, unknown: 0 };
  for (const attribution of attributions) numbers[attribution] += 1;
  const { caused, base, flaky, unknown } = ATTRIBUTION_WORDS;
  return [
    part(numbers.caused, caused),
    part(numbers.base, base),
    part(numbers.flaky, flaky),
    part(numbers.unknown, unknown),
  ]
    .flat()
    .join(', ');
}

/** `1 test`, `2 tests`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function part(count: number, words: string): string[] {
  return count === 0 ? [] : [`${count} ${words}`];
}
