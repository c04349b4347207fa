import { closest, distance } from 'fastest-levenshtein';

/** The longest name that is compared: comparing takes time that grows with both lengths. */
const MAX_WRITTEN = 100;

/** What was probably meant: the one of `known` that is nearest to `written`, or null where none is near. */
export function nearest(written: string, known: readonly string[]): string | null {
  if (known.length === 0 || written.length > MAX_WRITTEN) return null;
  const found = closest(written, known);
  return distance(written, found) <= Math.max(2, Math.floor(found.length / 2)) ? found : null;
}
