/** setup.py is never run: lists of plain strings are read from its text, anything computed is not seen. */

const LITERALS = /^\s*(?:(?:(['"])((?:(?!\1)[^\\\n])*)\1|#[^\n]*)\s*,?\s*)*/;

/** The strings of `name=[…]` or `'name': […]`; empty where that is no list of literals. */
export function setupPyList(text: string, name: string): string[] {
  const at = new RegExp(`(?:\\b${name}\\s{0,9}=|['"]${name}['"]\\s{0,9}:)\\s{0,99}[[(]`).exec(text);
  return at ? stringList(text.slice(at.index + at[0].length)) : [];
}

/** Leading string literals of `text`, up to the first thing that is none. */
export function stringList(text: string): string[] {
  const list = LITERALS.exec(text.slice(0, 20_000))?.[0] ?? '';
  return [...list.matchAll(/#[^\n]*|(['"])((?:(?!\1)[^\\\n])*)\1/g)].flatMap((match) =>
    match[2] ? [match[2]] : [],
  );
}
