/** Markdown read back as GitHub reads it. */
import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export function parseMarkdown(text: string): Root {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** Every node of the document, depth first. */
export function nodesOf(node: Nodes): Nodes[] {
  return 'children' in node ? [node, ...node.children.flatMap(nodesOf)] : [node];
}

/** The values of all nodes of one type that have a value: `code`, `inlineCode`, `html`, `text`. */
export function valuesOf(markdown: string, type: Nodes['type']): string[] {
  return nodesOf(parseMarkdown(markdown)).flatMap((node) =>
    node.type === type && 'value' in node ? [node.value] : [],
  );
}

/** Nodes through which a stranger's text would act on GitHub. */
export function activeNodes(markdown: string): string[] {
  const active = [
    'link',
    'linkReference',
    'image',
    'imageReference',
    'definition',
    'footnoteReference',
    'footnoteDefinition',
  ];
  return nodesOf(parseMarkdown(markdown)).flatMap(({ type }) => (active.includes(type) ? [type] : []));
}

/** Pieces of text that mean something to markdown, HTML or GitHub. */
export const HOSTILE = [
  '@octocat',
  '@org/team',
  '#1',
  'owner/repo#1',
  'GH-1',
  '3f786850e387550fdab836ed7e6dc881de23001b',
  'deadbeef',
  'https://evil.example/x',
  'www.evil.example',
  'a@evil.example',
  '[text](https://evil.example)',
  '![i](https://e.ex/i.png)',
  '<img src=x onerror=y>',
  '</details>',
  '<details>',
  '</summary>',
  '</code>',
  '<!--',
  '-->',
  '<script>',
  '`',
  '``',
  '```',
  '~~~',
  '````````````',
  '|',
  '\\|',
  '\\',
  '\n',
  '\n\n',
  '\r',
  '\t',
  '    ',
  '# ',
  '> ',
  '- ',
  '1. ',
  '---',
  '|---|',
  '***',
  '$$',
  '$`x`$',
  ':tada:',
  '[^1]',
  '[x]:',
  '\u202e',
  '\u200b',
  '\u0000',
  '\ud800',
  '\x1b[31m',
  '🌈',
  '&lt;',
  '&#64;',
  'x',
  'word',
  '::',
  '/',
  '_',
  ' ',
] as const;
