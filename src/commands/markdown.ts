/**
 * Where a comment says `/codex`, decided by a Markdown parser: the command is a piece of syntax of its own, found
 * wherever the parser finds text, so that code, HTML and comments hide it exactly as they do when GitHub shows it.
 *
 * markdown-it and not micromark: a comment is hostile input of up to 65,536 characters, and micromark's time grows
 * with the square of nested quotes and lists (17 s for a comment of `>`; markdown-it needs less than 1 ms).
 */
import MarkdownIt, { type StateInline, type Token } from 'markdown-it';
import { z } from 'zod';

/** GitHub's limit for a comment, in characters of up to two UTF-16 code units. */
const MAX_BODY = 2 * 65_536;
const LINE_BREAK = /\r\n?|\n/;
const COMMAND = /[\p{Zs}\uFEFF]{0,3}\/codex(?!\S)/iuy;
/** A line of the comment that is a command: at most three spaces before it, of whatever kind. */
const COMMAND_LINE = /^[\p{Zs}\uFEFF]{0,3}\/codex(?!\S)/iu;

/** What `markCommand` leaves: where it stands in the paragraph's text. */
const mark = z.object({ position: z.int() });

const parser = new MarkdownIt('commonmark');
parser.inline.ruler.before('text', 'command', markCommand);

/**
 * What follows `/codex` on each line of `body` that is a command, in order: lines that start with it, outside of
 * code, quotes and HTML. An HTML comment ends the command. Never throws; linear in the body's length.
 */
export function commandLines(body: string): string[] {
  const text = body.slice(0, MAX_BODY);
  if (!/\/codex/i.test(text)) return [];
  const lines = text.split(LINE_BREAK);
  return markedLines(parser.parse(text, {})).flatMap((number) => {
    const line = lines[number] ?? '';
    const start = COMMAND_LINE.exec(line);
    if (!start) return [];
    return line.slice(start[0].length).split('<!--', 1);
  });
}

/** An inline rule of markdown-it: tried wherever text may stand, it leaves a token where a command's name is. */
function markCommand(state: StateInline, silent: boolean): boolean {
  COMMAND.lastIndex = state.pos;
  if (!COMMAND.test(state.src)) return false;
  if (!silent) state.push('command', '', 0).meta = { position: state.pos };
  state.pos = COMMAND.lastIndex;
  return true;
}

/** The numbers of the lines that carry a marked command outside of quotes. */
function markedLines(tokens: readonly Token[]): number[] {
  const found: number[] = [];
  let quotes = 0;
  for (const token of tokens) {
    if (token.type === 'blockquote_open') quotes += 1;
    if (token.type === 'blockquote_close') quotes -= 1;
    if (token.type === 'inline' && quotes === 0) found.push(...linesIn(token));
  }
  return found;
}

function linesIn({ map, content, children }: Token): number[] {
  const found = new Set<number>();
  let line = map?.[0] ?? 0;
  let counted = 0;
  for (const { type, meta } of children ?? []) {
    if (type !== 'command') continue;
    const { position } = mark.parse(meta);
    for (; counted < position; counted += 1) if (content[counted] === '\n') line += 1;
    found.add(line);
  }
  return [...found];
}
