/**
 * What a description holds for readers of the pull request only: HTML comments (templates, markers of programs),
 * checklists, lines with nothing but images, and headings above nothing else. It is found in the parsed markdown, so
 * code that shows such things stays, and cut out of the source, so everything else stays as it was written.
 */
import type { Heading, Nodes, Paragraph, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** A part of the source, by offsets. */
interface Range {
  readonly start: number;
  readonly end: number;
}

const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;
const IMAGE = /<img\b[^>]*>/gi;

/** `description` without its noise. Lines end with `\n`, and no two blank ones follow each other. */
export function withoutNoise(description: string): string {
  const source = description.replace(/\r\n?/g, '\n');
  const root = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const noise = noisyBlocks(root);
  return without(
    source,
    root.children.flatMap((node) => rangesIn(node, source, noise)),
  )
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The blocks of the document that are noise as a whole; a heading is where all that stands below it is. */
function noisyBlocks({ children }: Root): ReadonlySet<Nodes> {
  const noise = new Set<Nodes>(children.filter(isNoise));
  for (const [index, node] of [...children.entries()].reverse()) {
    if (node.type !== 'heading') continue;
    const below = section(children.slice(index + 1), node);
    if (below.length > 0 && below.every((each) => noise.has(each))) noise.add(node);
  }
  return noise;
}

function section(following: readonly RootContent[], { depth }: Heading): readonly RootContent[] {
  const end = following.findIndex((node) => node.type === 'heading' && node.depth <= depth);
  return end === -1 ? following : following.slice(0, end);
}

function isNoise(node: Nodes): boolean {
  switch (node.type) {
    case 'html':
      return node.value.replace(COMMENT, '').replace(IMAGE, '').trim() === '';
    case 'text':
      return node.value.trim() === '';
    case 'image':
    case 'imageReference':
    case 'break':
      return true;
    case 'listItem':
      return typeof node.checked === 'boolean';
    case 'link':
    case 'list':
    case 'paragraph':
      return node.children.length > 0 && node.children.every(isNoise);
    default:
      return false;
  }
}

/** What is to be cut out of one node. */
function rangesIn(node: Nodes, source: string, noise: ReadonlySet<Nodes>): Range[] {
  if (noise.has(node) || (node.type === 'listItem' && isNoise(node))) return [wholeLines(node, source)];
  if (node.type === 'html') return matchesIn(node, COMMENT, source);
  if (node.type === 'paragraph') return [...imageLines(node, source), ...below(node, source, noise)];
  return below(node, source, noise);
}

function below(node: Nodes, source: string, noise: ReadonlySet<Nodes>): Range[] {
  return 'children' in node ? node.children.flatMap((child) => rangesIn(child, source, noise)) : [];
}

function matchesIn(node: Nodes, pattern: RegExp, source: string): Range[] {
  const { start, end } = rangeOf(node);
  return [...source.slice(start, end).matchAll(pattern)].map(({ index, 0: match }) => ({
    start: start + index,
    end: start + index + match.length,
  }));
}

/** The images of a paragraph that have a line of it to themselves. */
function imageLines(paragraph: Paragraph, source: string): Range[] {
  const images = paragraph.children.filter((node) => node.type !== 'text' && isNoise(node)).map(rangeOf);
  return images.filter((image) => {
    const start = source.lastIndexOf('\n', image.start - 1) + 1;
    const next = source.indexOf('\n', image.end);
    const end = next === -1 ? source.length : next;
    const onLine = images.filter((each) => each.start >= start && each.end <= end);
    const line = onLine.map((each) => ({ start: each.start - start, end: each.end - start }));
    return without(source.slice(start, end), line).trim() === '';
  });
}

/** A block with the indentation before it and the line end behind it. */
function wholeLines(node: Nodes, source: string): Range {
  const { start, end } = rangeOf(node);
  const before = /[ \t]*$/.exec(source.slice(0, start))?.[0].length ?? 0;
  const behind = /^[ \t]*\n?/.exec(source.slice(end))?.[0].length ?? 0;
  return { start: start - before, end: end + behind };
}

function rangeOf({ position }: Nodes): Range {
  return { start: position?.start.offset ?? 0, end: position?.end.offset ?? 0 };
}

function without(source: string, ranges: readonly Range[]): string {
  let kept = '';
  let at = 0;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (start > at) kept += source.slice(at, start);
    at = Math.max(at, end);
  }
  return kept + source.slice(at);
}
