import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { GENERATED } from '../scripts/docs.ts';
import { createMetrics } from '../src/metrics.ts';
import { parseRepositoryConfig } from '../src/repository/config.ts';
import { nodesOf } from './support/markdown.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Written by commands, which may not have run on this machine yet. */
const MEASURED = [
  'docs/picture.png',
  'docs/picture-merged.png',
  'docs/benchmarks.md',
  'docs/plan-verdicts.md',
];

test.each([...GENERATED])('%s is what `node scripts/docs.ts` writes', (path, text) => {
  expect(read(path)).toBe(text());
});

describe.each(['README.md', ...globSync('docs/*.md', { cwd: ROOT })])('%s', (page) => {
  test('links to what is there', () => {
    const targets = nodesOf(fromMarkdown(read(page))).flatMap((node) => ('url' in node ? [node.url] : []));
    const local = targets.filter((url) => !/^(https?:|#)/.test(url)).map((url) => url.split('#', 1).join(''));
    const missing = local
      .map((url) => join(dirname(page), url))
      .filter((path) => !existsSync(join(ROOT, path)));
    expect(missing.filter((path) => !MEASURED.includes(path))).toEqual([]);
  });

  test('names source files and tests that are there', () => {
    const named = read(page).matchAll(
      /`((?:src|test|sandbox|scripts|deploy|[a-z]+)\/[\w./-]+\.(?:ts|py|yaml|sh))`/g,
    );
    const paths = [...named].map(([, path = '']) => path);
    const missing = paths.filter(
      (path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, 'src', path)),
    );
    expect(missing).toEqual([]);
  });
});

test.each(['README.md', 'docs/configuring.md', 'docs/governance.md', 'docs/tradingview.md'])(
  'the examples of codex.yml in %s have no mistake',
  (page) => {
    const blocks = nodesOf(fromMarkdown(read(page))).flatMap((node) =>
      node.type === 'code' && node.lang === 'yaml' ? [node.value] : [],
    );
    const mistakes = blocks.flatMap((text) => parseRepositoryConfig(text, {}).mistakes);
    expect([blocks.length > 0, mistakes]).toEqual([true, []]);
  },
);

test('alerts and docs name metrics that are there', () => {
  const { registry } = createMetrics({ inbox: () => ({ pending: 0, dead: 0 }), jobs: () => [] });
  const known = registry.getMetricsAsArray().map(({ name }) => name);
  const named = `${read('deploy/alerts.yaml')}${read('docs/operating.md')}`.match(/\bcodex_[a-z_]+/g) ?? [];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
