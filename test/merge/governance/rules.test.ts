import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { split } from 'shlex';
import { governanceProblems, isProtectedBase } from '../../../src/merge/governance/rules.ts';
import { ticketLink, ticketOf } from '../../../src/merge/governance/ticket.ts';
import { parseRepositoryConfig } from '../../../src/repository/config.ts';

const { governance: DEFAULTS } = parseRepositoryConfig(null, {}).config;
const RIGHT = {
  headRef: 'feature/ABC-123-new-orders',
  baseRef: 'main',
  title: 'Orders can be paged',
  draft: false,
  author: 'dev',
  fork: false,
};

const problemsOf = (pull: Partial<typeof RIGHT>, config: Partial<typeof DEFAULTS> = {}) =>
  governanceProblems({ ...RIGHT, ...pull }, { ...DEFAULTS, ...config });
const codesOf = (...given: Parameters<typeof problemsOf>) => problemsOf(...given).map(({ code }) => code);
const renamingOf = (pull: Partial<typeof RIGHT>) => problemsOf(pull)[0]?.commands ?? [];

describe('the head branch', () => {
  test.each([
    'feature/ABC-123',
    'feature/123',
    'feature/ABC-123-new-orders',
    'feature/7-a',
    'feature/A1-2-3-x',
  ])('%s is right', (headRef) => {
    expect(problemsOf({ headRef })).toEqual([]);
  });

  test.each([
    'feature/abc-123',
    'feature/ABC',
    'feature/',
    'feature/ABC-123-',
    'feature/ABC-123-New',
    'feature/ABC-123/x',
    'xfeature/ABC-123',
    'feature/ABC-123\n',
    'fix-orders',
    'main',
    'x'.repeat(300),
  ])('%j is not', (headRef) => {
    expect(codesOf({ headRef })).toEqual(['branch_name']);
  });

  test('may be called otherwise by the authors that the configuration exempts', () => {
    const headRef = 'dependabot/pip/flask-3.1';
    expect(codesOf({ headRef, author: 'dependabot[bot]' })).toEqual(['branch_name']);
    expect(codesOf({ headRef, author: 'Dependabot[bot]' }, { exempt_authors: ['dependabot[bot]'] })).toEqual(
      [],
    );
  });

  test("is measured by the repository's own templates", () => {
    const branches = ['{slug}.{ticket}'];
    expect(codesOf({ headRef: 'new-orders.12' }, { branches })).toEqual([]);
    expect(codesOf({ headRef: 'new-ordersx12' }, { branches })).toEqual(['branch_name']);
  });

  test('is told with the commands that mend it and the truth about GitHub', () => {
    expect(problemsOf({ headRef: 'abc-77_orders' })).toEqual([
      {
        code: 'branch_name',
        what: 'The head branch `abc-77_orders` is not named like `feature/{ticket}` and `feature/{ticket}-{slug}`.',
        next: 'Push its commits to this repository as `feature/ABC-77`, open a new pull request from there and close this one: GitHub cannot change the head of a pull request, and closes it when the branch is renamed.',
        commands: [
          'git switch abc-77_orders',
          'git branch -m feature/ABC-77',
          'git push -u origin feature/ABC-77',
        ],
      },
    ]);
  });

  test.each([
    ['the ticket of the branch', { headRef: 'fix/ABC-9', title: 'XYZ-1' }, 'feature/ABC-9'],
    ['the ticket of the title', { headRef: 'fix', title: 'Orders (#42)' }, 'feature/42'],
    ['no ticket', { headRef: 'fix', title: 'Orders' }, 'feature/TICKET'],
  ])('gets a name with %s', (_, pull, name) => {
    expect(renamingOf(pull)).toContain(`git branch -m ${name}`);
  });

  test('gets the words of the title where every template asks for some', () => {
    const [problem] = problemsOf(
      { headRef: 'fix-7', title: 'Orders: “paged”!' },
      { branches: ['{ticket}/{slug}'] },
    );
    expect(problem?.next).toContain('`7/orders-paged`');
  });
});

describe('a hostile head branch', () => {
  const HOSTILE = [
    '$(touch$IFS-x)',
    "a';id;'b",
    'a`id`b',
    'a&&id',
    'a|id',
    '"quoted"',
    'x'.repeat(255),
    'a>b',
    '!!',
    '#',
  ];

  test.each(HOSTILE)('%s is one word to a shell', (headRef) => {
    const [command = ''] = renamingOf({ headRef });
    expect(split(command)).toEqual(['git', 'switch', headRef]);
    const printed = execFileSync('sh', ['-c', command.replace('git switch', "printf '%s'")], {
      encoding: 'utf8',
    });
    expect(printed).toBe(headRef);
  });

  test('is left out of the commands where it has characters that nobody sees', () => {
    expect(renamingOf({ headRef: 'feature/\u202egnp.exe' })).toEqual([
      'git branch -m feature/TICKET',
      'git push -u origin feature/TICKET',
    ]);
  });

  test('never ends the code it is shown in, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (headRef) => {
        for (const { what, next } of problemsOf({ headRef })) {
          expect(what.split('`')).toHaveLength(7);
          expect(next.split('`')).toHaveLength(3);
          expect(what).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        }
      }),
    );
  });
});

describe('the base branch', () => {
  test.each(['main', 'release/1.2'])('%s is protected by default', (baseRef) => {
    expect(isProtectedBase(baseRef, DEFAULTS)).toBe(true);
    expect(codesOf({ baseRef, headRef: 'x' })).toEqual(['branch_name']);
  });

  test.each(['develop', 'release/1/2', 'feature/ABC-1'])('%s is not, and no rule is about it', (baseRef) => {
    expect(isProtectedBase(baseRef, DEFAULTS)).toBe(false);
    expect(problemsOf({ baseRef, headRef: 'x', title: '', draft: true })).toEqual([]);
  });
});

describe('title and draft', () => {
  test.each([
    ['title_empty', ' \u200b '],
    ['title_empty', '…'],
    ['title_of_branch', 'Feature/abc 123 new orders'],
    ['title_unreadable', 'Fix \u202egnp.exe'],
    ['title_unreadable', 'Fix\u0007'],
  ])('%s: %j', (code, title) => {
    expect(codesOf({ title })).toEqual([code]);
  });

  test.each(['Fix 👩‍👩‍👧 emoji', '日本語', 'C++', 'ABC-123'])('%s is a title', (title) => {
    expect(codesOf({ title })).toEqual([]);
  });

  test('everything is told at once, in one order', () => {
    expect(codesOf({ headRef: 'x', title: '', draft: true })).toEqual([
      'branch_name',
      'title_empty',
      'draft',
    ]);
  });
});

describe('the ticket', () => {
  test.each([
    ['feature/ABC-123', 'ABC-123'],
    ['feature/42-new-orders', '42'],
    ['fix/ABC-123', null],
  ])('of %s is %s', (headRef, ticket) => {
    expect(ticketOf(headRef, DEFAULTS)).toBe(ticket);
  });

  test('is found where the configuration says', () => {
    expect(ticketLink('ABC-1', { ticket_link: 'https://example.com/browse/{ticket}?t={ticket}' })).toBe(
      'https://example.com/browse/ABC-1?t=ABC-1',
    );
    expect(ticketLink('ABC-1', {})).toBeNull();
  });
});
