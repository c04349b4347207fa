/** GitHub's markdown for a terminal: what Codex writes, not all that markdown can be. */
import { stripVTControlCharacters } from 'node:util';
import type { List, Nodes, Parent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import type { LocalCheckRun } from '../../test/support/local-github/repository.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  /** Whether what is folded on GitHub is shown. */
  readonly unfolded: boolean;
}

/** Conclusion, title, summary and annotations. */
export function checkRunInTerminal(terminal: Terminal, run: LocalCheckRun, options: Options): void {
  const { conclusion, output, annotations } = run;
  const colour = conclusion === 'success' ? 'green' : 'red';
  terminal.line(terminal.style([colour, 'bold'], `${conclusion}: ${output.title}`));
  terminal.quote(inTerminal(`${output.summary ?? ''}\n\n${output.text ?? ''}`, terminal, options));
  for (const { path, start_line, annotation_level, title, message } of annotations) {
    const level = terminal.style(annotation_level === 'failure' ? 'red' : 'yellow', annotation_level);
    terminal.line(`${level} ${terminal.style('bold', `${path}:${start_line}`)} ${title}`);
    terminal.detail(`  ${message.split('\n', 1)}`);
  }
}

export function inTerminal(markdown: string, terminal: Terminal, { unfolded }: Options): string {
  const root = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  let folded = 0;
  const blocks = root.children.flatMap((node) => {
    if (node.type !== 'html') return folded > 0 && !unfolded ? [] : [block(node, terminal)];
    if (node.value.startsWith('</details')) folded -= 1;
    if (!node.value.startsWith('<details')) return [];
    folded += 1;
    return [`${unfolded ? '▾' : '▸'} ${htmlText(node.value)}`];
  });
  return blocks.join('\n\n').replaceAll(/\n\n(?=[▸▾] )/g, '\n');
}

function block(node: Nodes, terminal: Terminal): string {
  if (node.type === 'heading') return terminal.style('bold', inline(node, terminal));
  if (node.type === 'code') return node.value.replaceAll(/^/gm, '    ');
  if (node.type === 'table') return table(node, terminal);
  return node.type === 'list' ? list(node, terminal) : inline(node, terminal);
}

/** A list in an item stands below it. */
function list({ children }: List, terminal: Terminal): string {
  const items = children.map((item) => {
    const parts = item.children.map((part) => block(part, terminal));
    return `• ${parts.join('\n').replaceAll('\n', '\n  ')}`;
  });
  return items.join('\n');
}

function inline(node: Nodes, terminal: Terminal): string {
  if (node.type === 'inlineCode') return terminal.style('cyan', node.value);
  if ('value' in node) return node.value;
  const text = 'children' in node ? inlines(node, terminal) : '';
  if (node.type === 'strong') return terminal.style('bold', text);
  if (node.type === 'emphasis') return terminal.style('italic', text);
  return node.type === 'link' ? terminal.style('underline', text) : text;
}

function inlines({ children }: Parent, terminal: Terminal): string {
  return children.map((child) => inline(child, terminal)).join('');
}

function table({ children }: Table, terminal: Terminal): string {
  const rows = children.map((row) => row.children.map((cell) => inlines(cell, terminal)));
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows
    .map((row) =>
      row.map((cell, column) => cell + ' '.repeat((widths?.[column] ?? 0) - widthOf(cell))).join('  '),
    )
    .join('\n');
}

/** Columns of a terminal; emoji take two. */
function widthOf(text: string): number {
  return stripVTControlCharacters(text).replaceAll(/\p{Emoji_Presentation}/gu, '  ').length;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

/** The text of the summary of a folded part. */
function htmlText(html: string): string {
  const text = html.replaceAll(/<br>/g, ' ').replaceAll(/<[^>]*>/g, '');
  return text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '').trim();
}
