import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { z } from 'zod';
import { GENERATED } from '../scripts/docs.ts';
import { createMetrics } from '../src/metrics.ts';
import { parseRepositoryConfig } from '../src/repository/config.ts';
import { nodesOf, parseMarkdown } from './support/markdown.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test.each([...GENERATED])('%s is what `node scripts/docs.ts` writes', (path, text) => {
  expect(read(path)).toBe(text());
});

describe.each(['README.md', ...globSync('docs/*.md', { cwd: ROOT })])('%s', (page) => {
  test('links to what is there', () => {
    const targets = nodesOf(fromMarkdown(read(page))).flatMap((node) => ('url' in node ? [node.url] : []));
    const local = targets.filter((url) => !/^https?:/.test(url));
    const missing = local.filter((url) => {
      const [path = '', anchor] = url.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
    expect(missing).toEqual([]);
  });

  /** `tests/` stands for those of a project that Codex tests. */
  test('names source files and tests that are there', () => {
    const named = read(page).matchAll(/(?<![\w./-])(?!tests\/)([a-z]+\/[\w./-]+\.(?:ts|py|yaml|sh))\b/g);
    const paths = [...named].map(([, path = '']) => path);
    const missing = paths.filter(
      (path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, 'src', path)),
    );
    expect(missing).toEqual([]);
  });
});

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  const headings = nodesOf(fromMarkdown(read(page))).filter(({ type }) => type === 'heading');
  return headings.map((heading) =>
    textOf(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function textOf(node: Nodes): string {
  return nodesOf(node)
    .map((each) => ('value' in each ? each.value : ''))
    .join('');
}

test('the alert of docs/tradingview.md matches the rules there as the page shows', async () => {
  const blocks = nodesOf(fromMarkdown(read('docs/tradingview.md'))).flatMap((node) =>
    node.type === 'code' ? [node] : [],
  );
  const message = blocks.find(({ lang }) => lang === 'json')?.value ?? '';
  const rules = blocks.findLast(({ lang }) => lang === 'yaml')?.value ?? '';
  const shown = blocks.find(({ value }) => value.startsWith('Rule 1'))?.value ?? '';
  const directory = mkdtempSync(join(tmpdir(), 'codex-docs-'));
  writeFileSync(join(directory, 'alert.json'), message);
  writeFileSync(join(directory, 'codex.yml'), rules);
  const { stdout } = await execa(
    process.execPath,
    [join(ROOT, 'src/cli.ts'), 'tradingview', 'rules', '--dry-run', 'alert.json', '--config', 'codex.yml'],
    { cwd: directory },
  );
  rmSync(directory, { recursive: true });
  expect(stdout).toBe(shown);
});

test.each(['README.md', 'docs/configuring.md', 'docs/tradingview.md'])(
  'the examples of codex.yml in %s have no mistake',
  (page) => {
    const blocks = nodesOf(fromMarkdown(read(page))).flatMap((node) =>
      node.type === 'code' && node.lang === 'yaml' ? [node.value] : [],
    );
    const mistakes = blocks.flatMap((text) => parseRepositoryConfig(text, {}).mistakes);
    expect([blocks.length > 0, mistakes]).toEqual([true, []]);
  },
);

test('biome.json forbids every import that docs/architecture.md does not allow, and no other', () => {
  const allowed = new Map(
    foldersOf('docs/architecture.md').flatMap(([folder = '', , imports = '']) =>
      /^[a-z]+\/$/.test(folder) && imports !== 'all below'
        ? [[folder.slice(0, -1), imports.split(', ')]]
        : [],
    ),
  );
  const wrong = [...allowed].flatMap(([folder, imports]) =>
    [...allowed.keys()]
      .filter((other) => other !== folder && !imports.some((name) => name.startsWith(`${other}/`)))
      .filter((other) => forbiddenTo(folder).includes(`**/${other}/**`) === imports.includes(other))
      .map((other) => `${folder}/ → ${other}/`),
  );
  expect([allowed.size > 10, wrong]).toEqual([true, []]);
});

/** The cells of the table of folders. */
function foldersOf(page: string): string[][] {
  const tables = nodesOf(parseMarkdown(read(page))).filter((node) => node.type === 'table');
  const rows = tables.map((table) => table.children.map((row) => row.children.map(textOf)));
  return rows.find(([head]) => head?.includes('May import')) ?? [];
}

const overrides = z.object({ overrides: z.array(z.object({ includes: z.array(z.string()) }).loose()) });
const restriction = z.object({
  linter: z.object({
    rules: z.object({
      style: z.object({
        noRestrictedImports: z.object({
          options: z.object({ patterns: z.array(z.object({ group: z.array(z.string()) })) }),
        }),
      }),
    }),
  }),
});

function forbiddenTo(folder: string): string[] {
  const all = overrides.parse(JSON.parse(read('biome.json'))).overrides;
  const own = all.find(({ includes }) => includes.includes(`src/${folder}/**`));
  const { patterns } = restriction.parse(own).linter.rules.style.noRestrictedImports.options;
  return patterns.flatMap(({ group }) => group);
}

test('alerts and docs name metrics that are there', () => {
  const { registry } = createMetrics({ inbox: () => ({ pending: 0, dead: 0 }), jobs: () => [] });
  const known = registry.getMetricsAsArray().map(({ name }) => name);
  const named = `${read('deploy/alerts.yaml')}${read('docs/operating.md')}`.match(/\bcodex_[a-z_]+/g) ?? [];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
