/** What an environment lacks where the package index cannot be reached, in words; docs/plan-verdicts.md has the rule. */

/** A lock may name hundreds. */
const MAX_NAMED = 30;

/**
 * `missing`: names of packages; `mismatched`: sentences about other versions than asked for, of which those that
 * `refused` has too decide the verdict and are told there.
 */
export function lackInWords(
  missing: readonly string[],
  mismatched: readonly string[],
  refused: readonly string[],
): string[] {
  const decisive = new Set(refused.map(packageOf));
  const others = mismatched.filter((sentence) => !decisive.has(packageOf(sentence)));
  return [
    ...(missing.length > 0 ? [`Asked for and not installed: ${named(missing, ', ')}.`] : []),
    ...(others.length > 0
      ? [`Other versions than asked for, none that the project itself rules out: ${named(others, '; ')}.`]
      : []),
  ];
}

function packageOf(sentence: string): string {
  return sentence.split(' ', 1).join('');
}

function named(items: readonly string[], separator: string): string {
  const rest = items.length - MAX_NAMED;
  return items.slice(0, MAX_NAMED).join(separator) + (rest > 0 ? ` and ${rest} more` : '');
}
