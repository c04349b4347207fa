import { code as codeNode, markdown } from '../markdown/document.ts';

/** Somebody's words as Markdown inline code: nothing in them links, mentions or formats; long ones are shortened. */
export function code(words: string): string {
  return markdown([{ type: 'paragraph', children: [codeNode(words)] }]);
}
