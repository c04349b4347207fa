/** Rules about alerts: one with a mistake is left out and told, and the others stay. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holds } from '../../src/repository/comparison.ts';
import { describeMistake, parseRepositoryConfig } from '../../src/repository/config.ts';

const read = (text: string) => parseRepositoryConfig(text, {});
const told = (text: string) => read(text).mistakes.map(describeMistake);
const rule = (text: string) => `alerts:\n  - ${text}\n`;

const GOOD = '{when: {alert: flat}, then: [{unfreeze: {}}]}';

describe('a rule with a mistake causes nothing', () => {
  test.each([
    ['{when: {}, then: [{unfreeze: {}}]}', '`when` says nothing; `strategy: "*"` is every alert'],
    ['{then: [{unfreeze: {}}]}', '`when` must be a map of keys and values'],
    ['{when: {alert: flat}, then: []}', '`then` is empty'],
    ['{when: {alert: flat}}', '`then` must be a list of actions'],
    [
      '{when: {simbol: BTC}, then: [{unfreeze: {}}]}',
      '`when.simbol` is not a known key: did you mean symbol?',
    ],
    ['{when: {alert: flat}, then: [{}]}', '`then.1` must be one action, e.g. {freeze: {hours: 4}}'],
    [
      '{when: {alert: flat}, then: [{freeze: {}, unfreeze: {}}]}',
      '`then.1` must be one action, e.g. {freeze: {hours: 4}}',
    ],
    [
      '{when: {alert: flat}, then: [{frieze: {}}]}',
      '`then.1.frieze` is not a known key: did you mean freeze?',
    ],
    [
      '{when: {alert: flat}, then: [{freeze: {hour: 4}}]}',
      '`then.1.freeze.hour` is not a known key: did you mean hours?',
    ],
    ['{when: {alert: flat}, then: [{freeze: {hours: 999}}]}', '`then.1.freeze.hours` must be at most 168'],
    [
      '{when: {values: {drawdown: "process.exit()"}}, then: [{unfreeze: {}}]}',
      '`when.values.drawdown` must be a comparison, e.g. ">= 10"',
    ],
    [
      '{when: {values: {drawdown: 10}}, then: [{unfreeze: {}}]}',
      '`when.values.drawdown` must be a comparison in quotes, e.g. ">= 10"',
    ],
    ['nothing', 'it must be a map of keys and values'],
  ])('%s', (given, mistake) => {
    const text = `${rule(given)}  - ${GOOD}\n`;
    const end = mistake.endsWith('?') ? '' : '.';
    expect(told(text)).toContain(`\`.github/codex.yml\`, \`alerts\`: rule 1 is left out: ${mistake}${end}`);
    expect(read(text).config.alerts.map(({ number }) => number)).toEqual([2]);
  });

  test('nor does a file that is no YAML, nor a list that is none, nor one of too many rules', () => {
    for (const text of ['alerts: [', 'alerts: {when: x}', `alerts: [${`${GOOD},`.repeat(101)}]`]) {
      expect(read(text).config.alerts).toEqual([]);
      expect(told(text)).toHaveLength(1);
    }
  });

  test('and loosens nothing elsewhere', () => {
    const { config } = read(`${rule('nothing')}governance: {protected: [trunk]}\nmerge: {max_plans: 7}\n`);
    expect([config.governance.protected, config.merge.max_plans]).toEqual([['trunk'], 7]);
  });
});

test('a strategy with a mistake keeps its name and has no files', () => {
  const { config, mistakes } = read('strategies: {mean: {paths: [../secrets/**]}}');
  expect(config.strategies).toEqual({ mean: { paths: [] } });
  expect(mistakes.map(({ key }) => key)).toEqual(['strategies.mean.paths']);
});

test('comparisons are those of numbers', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), (value, limit) => {
      const all = ['>=', '<=', '==', '!=', '>', '<'].map((operator) => holds(`${operator} ${limit}`, value));
      expect(all).toEqual([
        value >= limit,
        value <= limit,
        value === limit,
        value !== limit,
        value > limit,
        value < limit,
      ]);
    }),
  );
});
