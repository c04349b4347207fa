/** Which rules an alert matches, and why the others do not. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { matchesText, matchRules } from '../../src/alerts/match.ts';
import { parseRepositoryConfig } from '../../src/repository/config.ts';
import { alertOf } from './setup.ts';

const THEN = [{ unfreeze: {} }];

/** Why the alert does not match a rule; empty where it does. */
function whyNot(
  when: object,
  alert = alertOf({ values: { drawdown: 12 }, fields: { event: 'exit', side: 'long' } }),
) {
  // biome-ignore lint/suspicious/noThenProperty: it is what the file says, and no promise.
  const { config, mistakes } = parseRepositoryConfig(stringify({ alerts: [{ when, then: THEN }] }), {});
  expect(mistakes).toEqual([]);
  return matchRules(config.alerts, alert).flatMap((match) => match.whyNot);
}

describe('a rule matches', () => {
  test.each([
    { strategy: '*' },
    { strategy: 'mean-*', alert: 'drawdown', symbol: 'BTC*', exchange: 'BINANCE', interval: '6?' },
    { event: 'exit' },
    { fields: { side: 'l*g' } },
    { values: { drawdown: '>= 12' } },
    { values: { drawdown: '!= 10' }, symbol: 'BTCUSDT' },
  ])('%j', (when) => {
    expect(whyNot(when)).toEqual([]);
  });
});

describe('a rule that does not match says why', () => {
  test.each<[object, string[]]>([
    [{ symbol: 'ETH*' }, ['symbol is "BTCUSDT", not ETH*']],
    [{ symbol: 'btc*' }, ['symbol is "BTCUSDT", not btc*']],
    [{ values: { drawdown: '> 12' } }, ['drawdown is 12, not > 12']],
    [{ values: { loss: '> 1' } }, ['the alert has no number loss']],
    [{ values: { constructor_: '> 1' } }, ['the alert has no number constructor_']],
    [{ fields: { constructor: '*' } }, ['the alert has no constructor']],
    [{ values: { toString: '> 1' } }, ['the alert has no number toString']],
    [
      { strategy: 'fast', alert: 'flat' },
      ['strategy is "mean-reversion", not fast', 'alert is "drawdown", not flat'],
    ],
  ])('%j', (when, why) => {
    expect(whyNot(when)).toEqual(why);
  });

  test('a text that the alert does not have matches nothing, not even everything', () => {
    expect(whyNot({ symbol: '*' }, alertOf({ symbol: null }))).toEqual(['the alert has no symbol']);
  });
});

test('a slash is a letter like others', () => {
  expect(matchesText('BTC*', 'BTC/USD')).toBe(true);
  expect(matchesText('*/USD', 'USD')).toBe(false);
});

test('patterns mean themselves, and take no time whatever they are', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z/.+()[\]{}|^$]{1,40}$/), (text) => matchesText(text, text)),
  );
  expect(matchesText('*a'.repeat(100), 'a'.repeat(500).concat('b'))).toBe(false);
});
