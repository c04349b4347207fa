import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { governanceReport } from '../../../src/merge/governance/report.ts';
import type { Freeze } from '../../../src/merge/snapshot.ts';
import { parseRepositoryConfig } from '../../../src/repository/config.ts';

const PULL = {
  headRef: 'feature/ABC-1',
  baseRef: 'main',
  title: 'Orders can be paged',
  draft: false,
  author: 'dev',
  fork: false,
};
const report = (
  pull: Partial<typeof PULL>,
  file: string | null = null,
  proposed: string | null = null,
  freezes: readonly Freeze[] = [],
) =>
  governanceReport({
    pull: { ...PULL, ...pull },
    base: parseRepositoryConfig(file, {}),
    proposed: parseRepositoryConfig(proposed, {}).mistakes,
    freezes,
  });

const FREEZE: Freeze = {
  ...{ baseRef: null, paths: ['strategies/mean/**'], source: 'alert', by: 'mean', expiresAt: 1 },
  reason: 'the strategy `mean` sent `position_open`',
};

describe('the check run codex/governance', () => {
  test.each([
    [
      'a freeze is in the way, whatever the base',
      { baseRef: 'develop' },
      'action_required',
      'Merges are frozen',
    ],
    ['a freeze and a draft', { draft: true }, 'action_required', 'Merges are frozen'],
    [
      'a freeze and what is to be mended',
      { headRef: 'x' },
      'failure',
      'Name the head branch by its ticket; Merges are frozen',
    ],
  ])('%s', (_, pull, conclusion, title) => {
    const frozen = report(pull, null, null, [FREEZE]);
    expect(frozen).toMatchObject({ conclusion, title });
    expect(frozen.summary).toContain(
      'Merges into this repository that change `strategies/mean/**` are frozen by Codex: the strategy `mean` sent `position_open`.',
    );
  });

  test('links the ticket where the configuration says where tickets are', () => {
    const file = 'governance: {ticket_link: "https://example.com/browse/{ticket}"}';
    expect(report({}, file).summary).toContain('[ABC-1](https://example.com/browse/ABC-1)');
  });

  test('lists the mistakes of the base branch, which are not the author’s: it still passes', () => {
    const { conclusion, summary } = report({}, 'plan: {auto: sometimes}');
    expect(conclusion).toBe('success');
    expect(summary).toContain('`.github/codex.yml`, `plan.auto`: must be true or false.');
  });

  test('protects every branch where the list of them cannot be read', () => {
    expect(report({ baseRef: 'develop', headRef: 'x' }, 'governance: {protected: none}').conclusion).toBe(
      'failure',
    );
  });

  test.each([
    ['a draft waits', { draft: true }, null, 'neutral', 'Draft'],
    ['a right change of the file passes', {}, 'plan: {auto: true}', 'success', 'As the rules ask'],
    ['a wrong one fails', {}, 'plan: {auto: 1}', 'failure', 'Mend .github/codex.yml'],
    [
      'an unprotected base has no rules',
      { baseRef: 'develop', headRef: 'x' },
      null,
      'neutral',
      'The base is not protected',
    ],
  ])('%s', (_, pull, proposed, conclusion, title) => {
    expect(report(pull, null, proposed)).toMatchObject({ conclusion, title });
  });

  test('stays within GitHub’s limits and mentions nobody, whatever a branch or a title is called', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom(
        '@acme/all',
        '```\n# x',
        '</details><h1>',
        '`@dev`',
        '#1',
        '\u202emain',
        'x'.repeat(300),
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, (headRef, title) => {
        const freezes = [{ ...FREEZE, reason: title, by: headRef, source: 'command' as const }];
        const { summary, title: shown } = report({ headRef, title }, null, null, freezes);
        expect(Buffer.byteLength(summary)).toBeLessThan(65_535);
        expect(shown.length).toBeLessThan(200);
        const text = summary.replace(/^(`{3,})[\s\S]*?^\1$/gm, '').replace(/(`+)[\s\S]*?[^`]\1(?!`)/g, '');
        expect(text).not.toMatch(/[@<]|\p{Bidi_Control}/u);
      }),
    );
  });
});
