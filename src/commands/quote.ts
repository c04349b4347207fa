import { toMarkdown } from 'mdast-util-to-markdown';

const MAX_QUOTE = 200;

/** Somebody's words as Markdown inline code, cut to 200 characters: nothing in them links, mentions or formats. */
export function code(words: string): string {
  const characters = [...words.replaceAll(/\s+/g, ' ')];
  const shown = characters.slice(0, MAX_QUOTE).join('');
  const value = characters.length > MAX_QUOTE ? `${shown}…` : shown;
  return toMarkdown({ type: 'inlineCode', value }).trim();
}
