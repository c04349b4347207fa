import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesBranch } from '../../../src/merge/governance/branch-pattern.ts';
import { expectLinear } from '../../support/growth.ts';

describe("GitHub's patterns of branches", () => {
  test.each([
    ['main', 'main'],
    ['release/*', 'release/1.2'],
    ['*', 'main'],
    ['**', 'main'],
    ['**', 'release/1.2/hotfix'],
    ['qa/**', 'qa/a/b'],
    ['qa/**/*', 'qa/a'],
    ['qa/**/*', 'qa/a/b/c'],
    ['**/main', 'main'],
    ['**/main', 'a/b/main'],
    ['qa**/**/*', 'qa-1/b'],
    ['v?', 'v1'],
    ['a+(b|c)!@', 'a+(b|c)!@'],
    ['*-lts', 'v2-lts'],
    ['🚀/*', '🚀/1'],
  ])('%s means %s', (pattern, branch) => {
    expect(matchesBranch(pattern, branch)).toBe(true);
  });

  test.each([
    ['main', 'main2'],
    ['main', 'Main'],
    ['main', 'a/main'],
    ['release/*', 'release/1/2'],
    ['release/*', 'release'],
    ['*', 'a/b'],
    ['v?', 'v/'],
    ['v?', 'v'],
    ['**/main', 'xmain'],
    ['a.b', 'axb'],
    ['a+', 'aa'],
    ['(a|b)', 'a'],
    ['!main', 'other'],
  ])('%s does not mean %s', (pattern, branch) => {
    expect(matchesBranch(pattern, branch)).toBe(false);
  });

  test('a name without wildcards means itself and nothing else', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[*?]/.test(text));
    fc.assert(
      fc.property(name, name, (pattern, branch) => {
        expect(matchesBranch(pattern, pattern)).toBe(true);
        expect(matchesBranch(pattern, branch)).toBe(pattern === branch);
      }),
    );
  });

  test('a segment of its own may be any number of segments, none included', () => {
    const segments = fc.array(fc.stringMatching(/^[a-z.-]{1,5}$/), { maxLength: 4 });
    fc.assert(
      fc.property(segments, (between) => {
        expect(matchesBranch('a/**/z', ['a', ...between, 'z'].join('/'))).toBe(true);
        expect(matchesBranch('a/*/z', ['a', ...between, 'z'].join('/'))).toBe(between.length === 1);
      }),
    );
  });

  test('a hostile pattern is not tried letter by letter in every way there is', () => {
    const hostile = (parts: number) => matchesBranch('**a'.repeat(parts), `${'a'.repeat(3 * parts)}b`);
    expectLinear(hostile, 10);
    expect(hostile(85)).toBe(false);
  });
});
