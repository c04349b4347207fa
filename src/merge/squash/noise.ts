/**
 * What a description holds for readers of the pull request only: HTML comments (templates, markers of programs),
 * checklists, lines with nothing but images, and headings above nothing else. It is found by a Markdown parser, so
 * code that shows such things stays, and cut out of the source, so everything else stays as it was written.
 *
 * A description is hostile input, and this runs where everything else of Codex does: every step is linear. That is
 * markdown-it's merit; micromark needs a minute for 65,536 characters of emphasis that is never closed.
 */
import MarkdownIt, { type StateInline, type Token } from 'markdown-it';
import { z } from 'zod';

/** A part of a text, by offsets. */
const range = z.object({ start: z.int(), end: z.int() });
type Range = z.infer<typeof range>;

interface Source {
  readonly text: string;
  readonly lines: readonly string[];
  /** The offset of each line, and of the end. */
  readonly starts: readonly number[];
}

const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;
const IMAGE = /<img\b[^<>]*>/gi;
const CHECKBOX = /^\[[ x]\]\s/i;

const parser = new MarkdownIt('commonmark');
parser.inline.ruler.before('html_inline', 'comment', takeComment);

/** `description` without its noise. Lines end with `\n`, and no two blank ones follow each other. */
export function withoutNoise(description: string): string {
  const source = sourceOf(description.replace(/\r\n?/g, '\n'));
  const tokens = parser.parse(source.text, {});
  const kept = without(
    source,
    tokens.flatMap((token) => commentsOf(token, source)),
  );
  for (const line of noisyLines(tokens)) kept[line] = '';
  dropHeadings(kept, tokens, source);
  return kept
    .filter((line, index) => !isBlank(line) || isBlank(source.lines[index] ?? ''))
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function sourceOf(text: string): Source {
  const lines = text.split('\n');
  const starts = [0];
  for (const [index, line] of lines.entries()) starts.push((starts[index] ?? 0) + line.length + 1);
  return { text, lines, starts };
}

/**
 * An inline rule of markdown-it: its own reads a comment as any HTML, and does not say where it stands. What never
 * ends is text, and is taken here as well: the next rule would look for its end again and again.
 */
function takeComment(state: StateInline, silent: boolean): boolean {
  if (!state.src.startsWith('<!--', state.pos)) return false;
  const start = state.pos;
  const end = start + 4 > lastEnd(state) ? -1 : state.src.indexOf('-->', start + 4);
  state.pos = end === -1 ? start + 4 : end + 3;
  if (silent) return true;
  if (end === -1) state.pending += '<!--';
  else state.push('comment', '', 0).meta = { start, end: state.pos };
  return true;
}

const lastEnds = new WeakMap<StateInline, number>();

/** Where the last comment of a text may end, looked for once. */
function lastEnd(state: StateInline): number {
  const known = lastEnds.get(state) ?? state.src.lastIndexOf('-->');
  lastEnds.set(state, known);
  return known;
}

function commentsOf({ type, map, content, children }: Token, source: Source): Range[] {
  const [first = 0, next = 0] = map ?? [];
  const start = source.starts[first] ?? 0;
  if (type === 'html_block') {
    const block = source.text.slice(start, source.starts[next]);
    return [...block.matchAll(COMMENT)].map(({ index, 0: { length } }) => ({
      start: start + index,
      end: start + index + length,
    }));
  }
  const found = (children ?? []).flatMap((child) =>
    child.type === 'comment' ? range.parse(child.meta) : [],
  );
  return found.length === 0 ? [] : inSource(found, content, first, source);
}

/** Ranges of a block's text, in order, as ranges of the source: there, each line has the block's marks before it. */
function inSource(ranges: readonly Range[], content: string, first: number, source: Source): Range[] {
  const block = sourceOf(content);
  const shifts = block.lines.map((line, index) => {
    const column = (source.lines[first + index] ?? '').lastIndexOf(line.trim()) - line.search(/\S|$/);
    return (source.starts[first + index] ?? 0) + column - (block.starts[index] ?? 0);
  });
  let index = 0;
  const offsetOf = (position: number): number => {
    while (position >= (block.starts[index + 1] ?? Number.POSITIVE_INFINITY)) index += 1;
    return position + (shifts[index] ?? 0);
  };
  return ranges.map(({ start, end }) => ({ start: offsetOf(start), end: offsetOf(end) }));
}

/** The lines of the source with the ranges cut out, which are in order; as many as before. */
function without({ text }: Source, ranges: readonly Range[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    pieces.push(text.slice(at, start), text.slice(start, end).replace(/[^\n]+/g, ''));
    at = end;
  }
  return [...pieces, text.slice(at)].join('').split('\n');
}

/** The lines of checklists, and those of nothing but images. */
function noisyLines(tokens: readonly Token[]): number[] {
  return tokens.flatMap((token, index) => {
    const { type, content } = token;
    if (type === 'list_item_open')
      return CHECKBOX.test(tokens[index + 2]?.content ?? '') ? linesOf(token) : [];
    if (type === 'html_block')
      return isBlank(content.replace(COMMENT, '').replace(IMAGE, '')) ? linesOf(token) : [];
    return type === 'inline' ? imageLines(token) : [];
  });
}

function linesOf({ map }: Token): number[] {
  const [first = 0, next = 0] = map ?? [];
  return Array.from({ length: next - first }, (_, index) => first + index);
}

/** The lines of a paragraph that have nothing but images, linked or not. */
function imageLines(inline: Token): number[] {
  if (!inline.children?.some(isImage)) return [];
  const texts = inline.content.split('\n');
  return linesOf(inline).filter((_, index) => {
    const parts = parser.parseInline(texts[index] ?? '', {})[0]?.children ?? [];
    return parts.some(isImage) && parts.every(isNoise);
  });
}

function isNoise(token: Token): boolean {
  const { type, content } = token;
  const isAround = type === 'link_open' || type === 'link_close' || type === 'comment';
  return isAround || isImage(token) || (type === 'text' && isBlank(content));
}

function isImage({ type, content }: Token): boolean {
  return type === 'image' || (type === 'html_inline' && isBlank(content.replace(IMAGE, '')));
}

/** Empties the headings of the document below which there was something, and nothing is left. */
function dropHeadings(kept: string[], tokens: readonly Token[], { lines }: Source): void {
  const headings = tokens.filter(({ type, level }) => type === 'heading_open' && level === 0);
  for (const [index, { map, tag }] of [...headings.entries()].reverse()) {
    const [first = 0, below = 0] = map ?? [];
    // `h1` is less than `h2`.
    const next = headings.slice(index + 1).find((other) => other.tag <= tag);
    const end = next?.map?.[0] ?? lines.length;
    if (isBlank(lines.slice(below, end).join('')) || !isBlank(kept.slice(below, end).join(''))) continue;
    kept.fill('', first, below);
  }
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}
