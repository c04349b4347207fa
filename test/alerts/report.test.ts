/** What is written about alerts: everything of a stranger's stands as code. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commentBody, issueBody, markerOf, recoveryBody, type Told } from '../../src/alerts/report.ts';
import type { ListedPull } from '../../src/github/pull-list.ts';
import { nodesOf, parseMarkdown } from '../support/markdown.ts';
import { alertOf, NOW } from './setup.ts';

function told(changes: Partial<Told> = {}): Told {
  return {
    alert: alertOf(),
    collapsed: null,
    rule: { number: 2 },
    repository: { url: 'https://github.test/acme/bot' },
    paths: ['strategies/mean/**'],
    ...changes,
  };
}

const merged: ListedPull = {
  ...{ number: 12, title: 'Faster exits', htmlUrl: 'https://github.test/acme/bot/pull/12' },
  ...{ headSha: 'a', headRef: 'feature/12', baseRef: 'main', fork: false },
  ...{ mergedAt: '2026-11-20T09:00:00Z', mergeCommitSha: 'c0ffee'.repeat(6) },
};

const NONE = { pulls: [], proven: new Set<string>() };
const MARKER = markerOf('issue', alertOf());

test('an issue names the alert, the deployed commit, the merges and the rule', () => {
  const alert = alertOf({ values: { drawdown: 12.5 }, fields: { commit: 'deadbeef' }, message: 'Too deep.' });
  const body = issueBody(
    told({ alert, rule: { number: 2, name: 'deep' } }),
    { pulls: [merged], proven: new Set() },
    alertOf(),
  );
  expect(body).toContain('The strategy `mean-reversion` sent `drawdown` at 2026-11-21 13:00 UTC.');
  expect(body).toContain('- `drawdown`: `12.5`');
  expect(body).toContain('[`deadbeef`](https://github.test/acme/bot/commit/deadbeef)');
  expect(body).toContain('`#12`](https://github.test/acme/bot/pull/12) `Faster exits` as `c0ffeec0ffee`');
  expect(body).toContain(`Rule 2 (\`deep\`) of \`.github/codex.yml\`; alert \`${alert.id}\`, by its token.`);
});

test('what is no commit is not linked', () => {
  const alert = alertOf({ fields: { commit: '../../evil' } });
  expect(issueBody(told({ alert }), NONE, alertOf())).not.toContain('/commit/');
});

test('a storm says how many it stands for', () => {
  const collapsed = { count: 9_812, firstAt: NOW - 60_000, lastAt: NOW - 1 };
  expect(issueBody(told({ collapsed }), NONE, alertOf())).toContain(
    "It stands for 9,812 more of the strategy's that came between 2026-11-21 12:59 UTC and 2026-11-21 12:59 UTC",
  );
});

test('a merge that Codex verified says so', () => {
  const proven = new Set(['c0ffee'.repeat(6)]);
  expect(issueBody(told(), { pulls: [merged], proven }, alertOf())).toContain(
    'what landed is what was tested',
  );
});

/** The document without what stands as code: the kinds of its nodes, and every other text in it. */
function skeleton(given: Partial<Told['alert']>): string[] {
  const context = told({ alert: alertOf(given) });
  const written = [
    issueBody(context, NONE, alertOf()),
    commentBody(context, MARKER),
    recoveryBody(context, MARKER),
  ];
  return written.flatMap((body) =>
    nodesOf(parseMarkdown(body)).map((node) => {
      const isCode = node.type === 'code' || node.type === 'inlineCode';
      return 'value' in node && !isCode ? `${node.type} ${node.value}` : node.type;
    }),
  );
}

test('no text of an alert is anything but code', () => {
  const hostile = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.constantFrom(
      '@mallory',
      '#1',
      '</details>',
      '-->',
      '```\n@dev',
      '[a](http://b)',
      '![x](y)',
      '\u202e@dev',
    ),
  );
  const plain = skeleton({ message: 'm', symbol: 's', fields: { note: 'n' } });
  fc.assert(
    fc.property(hostile, hostile, hostile, (message, symbol, note) => {
      expect(skeleton({ message, symbol, fields: { note } })).toEqual(plain);
    }),
    { numRuns: 100 },
  );
});
