/**
 * flagd replaces every `{"$ref": "name"}` by the text of that evaluator, one name after another, once. So a cycle
 * leaves a reference that no rule can be made of, an evaluator is found only by those that stand before it, and
 * evaluators that double each other grow without end. All of that is found here, before flagd replaces anything.
 */

/** Nodes that all flags together may have once references are replaced. */
const MAX_NODES = 100_000;
/** What JavaScript replaces in the text that a reference is replaced by. */
const REPLACED_BY_REPLACING = /\$[$&`']/;

/** What is wrong with the references of a flag set, in words without any of its values; null when nothing is. */
export function mistakeInReferences(
  evaluators: Readonly<Record<string, unknown>>,
  flags: unknown,
): string | null {
  if (REPLACED_BY_REPLACING.test(JSON.stringify(evaluators))) {
    return '$evaluators contains "$" before one of $ & ` or \', which flagd would replace';
  }
  const names = Object.keys(evaluators);
  const sizes = new Map<string, number>();
  // The last evaluator first: those it may refer to stand behind it and have their size.
  for (const name of names.toReversed()) {
    const references = referencesIn(evaluators[name]);
    const mistake = references.names.map((to) => mistakeOf(name, to, names)).find((found) => found !== null);
    if (mistake) return mistake;
    sizes.set(name, references.nodes + total(references.names, sizes));
  }
  const used = referencesIn(flags);
  const unknown = used.names.find((name) => !sizes.has(name));
  if (unknown !== undefined) return `a $ref names "${unknown}", which is not in $evaluators`;
  const nodes = used.nodes + total(used.names, sizes);
  return nodes > MAX_NODES ? 'the rules are too large once every $ref is replaced' : null;
}

function mistakeOf(from: string, to: string, names: readonly string[]): string | null {
  if (!names.includes(to)) return `$evaluators.${from} refers to "${to}", which is not in $evaluators`;
  if (names.indexOf(to) > names.indexOf(from)) return null;
  return `$evaluators.${from} refers to "${to}": a $ref may name only an evaluator that stands behind it, never in a cycle`;
}

function total(names: readonly string[], sizes: ReadonlyMap<string, number>): number {
  return names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
}

function referencesIn(value: unknown): { readonly names: string[]; readonly nodes: number } {
  const names: string[] = [];
  let nodes = 0;
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    nodes += 1;
    if (typeof next !== 'object' || next === null) continue;
    const reference = '$ref' in next ? next.$ref : undefined;
    if (typeof reference === 'string') names.push(reference);
    else for (const child of Object.values(next)) waiting.push(child);
  }
  return { names, nodes };
}
