/**
 * GitHub's patterns of branches (Ruby's `File.fnmatch` with `FNM_PATHNAME`): `*` and `?` stop at a slash, a segment
 * `**` stands for any number of segments, none included. Where Ruby reads another `**` as `*`, here it crosses slashes:
 * more is protected, never less. The usual matchers also read braces, parentheses, `!` and `|`, which are letters of a
 * branch's name to GitHub, and can take exponential time; this one looks at each letter once for each part.
 */
type Part = { readonly letter: string } | 'one' | 'segment' | 'anything' | 'segments';

/** Whether `pattern` means the branch `name`. */
export function matchesBranch(pattern: string, name: string): boolean {
  const parts = partsOf(pattern);
  let reached = opened(new Set([0]), parts);
  for (const letter of name) reached = opened(after(reached, letter, parts), parts);
  return reached.has(parts.length);
}

/** `segments` is an optional `anything` and slash, its next two parts. */
function partsOf(pattern: string): readonly Part[] {
  return (pattern.match(/(?<=^|\/)\*\*\/|\*{2,}|[\s\S]/gu) ?? []).flatMap((text): Part[] => {
    if (text === '**/') return ['segments', 'anything', { letter: '/' }];
    if (text.startsWith('**')) return ['anything'];
    if (text === '*') return ['segment'];
    return text === '?' ? ['one'] : [{ letter: text }];
  });
}

/** `positions` and those that are reached from them without a letter. */
function opened(positions: ReadonlySet<number>, parts: readonly Part[]): ReadonlySet<number> {
  const all = new Set(positions);
  for (const position of all) {
    const part = parts[position];
    if (part === 'segment' || part === 'anything' || part === 'segments') all.add(position + 1);
    if (part === 'segments') all.add(position + 3);
  }
  return all;
}

function after(positions: ReadonlySet<number>, letter: string, parts: readonly Part[]): ReadonlySet<number> {
  const next = new Set<number>();
  for (const position of positions) {
    const part = parts[position];
    if (part === 'anything' || (part === 'segment' && letter !== '/')) next.add(position);
    if (part === 'one' && letter !== '/') next.add(position + 1);
    if (typeof part === 'object' && part.letter === letter) next.add(position + 1);
  }
  return next;
}
