import { nearest } from '../nearest.ts';
import { code } from './quote.ts';

/** ` Did you mean …?`, or nothing where none of `known` is near `written`. */
export function suggestion(written: string, known: readonly string[]): string {
  const found = nearest(written, known);
  return found === null ? '' : ` Did you mean ${code(found)}?`;
}
