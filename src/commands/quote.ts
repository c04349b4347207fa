/** What a person wrote, in an answer. */
import { code as codeNode, markdown } from '../markdown/document.ts';
import { nearest } from '../nearest.ts';

/** Somebody's words as Markdown inline code: nothing in them links, mentions or formats; long ones are shortened. */
export function code(words: string): string {
  return markdown([{ type: 'paragraph', children: [codeNode(words)] }]);
}

/** ` Did you mean …?`, or nothing where none of `known` is near `written`. */
export function suggestion(written: string, known: readonly string[]): string {
  const found = nearest(written, known);
  return found === null ? '' : ` Did you mean ${code(found)}?`;
}
