import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutHistory, parseTags, tagsOf } from '../../../src/plan/source/history.ts';

describe('a cut of history', () => {
  test('is at commits with a parent that is left out, and where the mirror is cut', () => {
    const { commits, shallow } = cutHistory('m b h\nb a\nh a\na z\nroot\nold\n', new Set(['old']));
    expect([...commits]).toEqual(['m', 'b', 'h', 'a', 'root', 'old']);
    expect(shallow).toEqual(['a', 'old']);
  });

  test('leaves no commit with a missing parent that is not marked', () => {
    const history = fc.array(fc.tuple(fc.nat(30), fc.array(fc.nat(30), { maxLength: 2 })), { maxLength: 30 });
    fc.assert(
      fc.property(history, (rows) => {
        const listing = rows.map(([commit, parents]) => [commit, ...parents].join(' ')).join('\n');
        const { commits, shallow } = cutHistory(listing, new Set());
        for (const [commit, parents] of rows)
          if (!shallow.includes(String(commit)))
            expect(parents.every((parent) => commits.has(String(parent)))).toBe(true);
      }),
    );
  });
});

describe('tags', () => {
  const listing =
    'c1  refs/tags/light\nt2 c2 refs/tags/annotated\nc9  refs/tags/elsewhere\nt3 t2 refs/tags/of-a-tag\n';

  test('are kept where their commit is packed, as what the ref points to', () => {
    expect(tagsOf(parseTags(listing), new Set(['c1', 'c2']))).toEqual({
      'refs/tags/light': 'c1',
      'refs/tags/annotated': 't2',
    });
  });

  test('are none in an empty repository', () => {
    expect(tagsOf(parseTags(''), new Set())).toEqual({});
  });
});
