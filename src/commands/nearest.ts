import { closest, distance } from 'fastest-levenshtein';
import { code } from './quote.ts';

/** ` Did you mean …?` with the nearest of `known`, or nothing where none is near `written`. */
export function suggestion(written: string, known: readonly string[]): string {
  if (known.length === 0 || written.length > 100) return '';
  const nearest = closest(written, known);
  const near = Math.max(2, Math.floor(nearest.length / 2));
  return distance(written, nearest) <= near ? ` Did you mean ${code(nearest)}?` : '';
}
