/** GitHub's markdown, built from nodes: a text can end neither its own code nor the block around it. */
import type { Code, Html, InlineCode, List, Paragraph, PhrasingContent, RootContent, Table } from 'mdast';
import { gfmToMarkdown } from 'mdast-util-gfm';
import { toMarkdown } from 'mdast-util-to-markdown';
import { bytesOf, ending, shortened, visibleLine, visibleLines } from './text.ts';

/** Bytes of a name that are shown. */
const LONGEST_NAME = 240;
/** Backticks in a row; a fence must be longer than the longest run in it. */
const LONGEST_RUN = 32;
const RUNS = new RegExp(`\`{${LONGEST_RUN + 1},}`, 'g');

const EXTENSIONS = [gfmToMarkdown({ tablePipeAlign: false })];

/** The markdown of `nodes`, without a line end at its end. */
export function markdown(nodes: readonly RootContent[]): string {
  const root = { type: 'root' as const, children: [...nodes] };
  return toMarkdown(root, { extensions: EXTENSIONS, bullet: '-', emphasis: '_', rule: '-' }).trimEnd();
}

/** A name (test, file, branch) as code in a line of text; what is longer than `longest` bytes loses its middle. */
export function code(name: string, longest = LONGEST_NAME): InlineCode {
  const line = shortened(visibleLine(name).replace(/`{9,}/g, '`'.repeat(8)), longest);
  return { type: 'inlineCode', value: line.trim() === '' ? '(blank)' : line };
}

/** A block of code with a fence that its text cannot close. `language`: how it is coloured. */
export function block(text: string, language: string | null = null): Code {
  return { type: 'code', lang: language, value: fenceable(text) };
}

/** The last lines of `text` as a block, `bytes` bytes of it at most, the cut announced in its first line. */
export function tailBlock(text: string, bytes: number): Code {
  const whole = fenceable(text);
  if (bytesOf(whole) <= bytes) return { type: 'code', value: whole };
  const notice = '… (the beginning is left out)\n';
  return { type: 'code', value: notice + ending(whole, bytes - bytesOf(notice)) };
}

/** `text` as it stands in a block: visible, and with no run of backticks that would need an endless fence. */
export function fenceable(text: string): string {
  return visibleLines(text).replace(RUNS, '`'.repeat(LONGEST_RUN)).replace(/\n+$/, '');
}

/** Between labels: the next one stands on a line of its own. */
export const LINE_BREAK = { lineBreak: true } as const;

/** Words of ours, or a stranger's text to be shown as code. */
export type Label = string | typeof LINE_BREAK | { readonly code: string; readonly longest?: number };

/** A folded part. `labels` stand where it is unfolded, one after the other. */
export function details(labels: readonly Label[], content: readonly RootContent[]): RootContent[] {
  return [
    html(`<details>\n<summary>${labels.map(htmlOf).join('')}</summary>`),
    ...content,
    html('</details>'),
  ];
}

function htmlOf(label: Label): string {
  if (typeof label === 'string') return escapeHtml(label);
  if ('lineBreak' in label) return '<br>';
  return `<code>${escapeHtml(code(label.code, label.longest).value)}</code>`;
}

function html(value: string): Html {
  return { type: 'html', value };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

export function text(value: string): PhrasingContent {
  return { type: 'text', value };
}

export function strong(value: string): PhrasingContent {
  return { type: 'strong', children: [text(value)] };
}

export function paragraph(...children: readonly PhrasingContent[]): Paragraph {
  return { type: 'paragraph', children: [...children] };
}

export function heading(...children: readonly PhrasingContent[]): RootContent {
  return { type: 'heading', depth: 3, children: [...children] };
}

export type Line = readonly PhrasingContent[];

/** An item is a line, or a line with a list below it. */
export function list(
  items: readonly (Line | { readonly line: Line; readonly below: readonly Line[] })[],
): List {
  const children = items.map((item) => ({
    type: 'listItem' as const,
    spread: false,
    children: 'line' in item ? [paragraph(...item.line), list(item.below)] : [paragraph(...item)],
  }));
  return { type: 'list', ordered: false, spread: false, children };
}

/** Cells hold words of ours: a name belongs in a list, where no text of it can end a cell. */
export function table(rows: readonly (readonly PhrasingContent[])[]): Table {
  const children = rows.map((row) => ({
    type: 'tableRow' as const,
    children: row.map((cell) => ({ type: 'tableCell' as const, children: [cell] })),
  }));
  return { type: 'table', children };
}
