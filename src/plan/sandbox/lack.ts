/** What an environment lacks where the package index cannot be reached, in words; docs/plan-verdicts.md has the rule. */

/** A lock may name hundreds. */
const MAX_NAMED = 30;

/** Parts sentences that begin with a package's name: what the project runs on, and its tests' tools. */
export function byUse(mismatched: readonly string[], runtime: ReadonlySet<string>) {
  const isOfProject = (sentence: string) => runtime.has(sentence.split(' ', 1).join(''));
  return {
    ofProject: mismatched.filter(isOfProject),
    ofTools: mismatched.filter((sentence) => !isOfProject(sentence)),
  };
}

/** `missing`: names of packages; `tools`: sentences about tools of other versions. */
export function lackInWords(missing: readonly string[], tools: readonly string[]): string[] {
  return [
    ...(missing.length > 0 ? [`Asked for and not installed: ${named(missing, ', ')}.`] : []),
    ...(tools.length > 0
      ? [`Tools of the tests have other versions than asked for: ${named(tools, '; ')}.`]
      : []),
  ];
}

function named(items: readonly string[], separator: string): string {
  const rest = items.length - MAX_NAMED;
  return items.slice(0, MAX_NAMED).join(separator) + (rest > 0 ? ` and ${rest} more` : '');
}
