import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidFlags, parseFlagSet } from '../../../src/entitlements/flags/flag-set.ts';
import { flag, setWith } from './sets.ts';

function refusalOf(content: string): string {
  try {
    parseFlagSet(content);
  } catch (error) {
    if (error instanceof InvalidFlags) return error.message;
    throw error;
  }
  return 'accepted';
}

test('the embedded flags stand the check', () => {
  const file = join(import.meta.dirname, '../../../src/entitlements/flags/default.flags.json');
  expect([...parseFlagSet(readFileSync(file, 'utf8')).keys]).toEqual([
    'codex.plan',
    'codex.pr',
    'codex.alerts',
  ]);
});

test('the same text has the same version, another text another one', () => {
  const version = (targeting: unknown) => parseFlagSet(setWith(targeting)).version;
  expect(version({})).toBe(version({}));
  expect(version({})).not.toBe(version({ if: [true, 'on'] }));
});

describe('a set is refused, with the place and the rule, for', () => {
  const cases: [string, string, string][] = [
    ['text that is not JSON', '{"flags": ', 'it is not JSON'],
    ['no flags', '{}', '/flags: Invalid input: expected record, received undefined'],
    ['a list', '[]', '/: Invalid input: expected object, received array'],
    [
      'a state that flagd does not know',
      JSON.stringify({ flags: { 'codex.pr': { ...flag(), state: 'SECRET' } } }),
      '/flags/codex.pr/state: Invalid option: expected one of "ENABLED"|"DISABLED"',
    ],
    [
      'a default that is no variant',
      JSON.stringify({ flags: { 'codex.pr': { ...flag(), defaultVariant: 'perhaps' } } }),
      '/flags/codex.pr/defaultVariant: is not one of its variants',
    ],
    [
      'a capability that is neither true nor false',
      JSON.stringify({ flags: { 'codex.pr': { ...flag(), variants: { on: 'yes', off: 'no' } } } }),
      '/flags/codex.pr/variants: a capability is true or false',
    ],
    [
      'a rule that flagd does not have',
      setWith({ if: [{ frobnicate: [1] }, 'on'] }),
      "/flags/codex.pr/targeting/if/0: is not what flagd's schema allows",
    ],
    [
      'a reference to nothing',
      setWith({ $ref: 'paid' }, { $evaluators: {} }),
      'a $ref names "paid", which is not in $evaluators',
    ],
    [
      'an evaluator that refers to itself',
      setWith({ $ref: 'a' }, { $evaluators: { a: { and: [{ $ref: 'a' }, true] } } }),
      '$evaluators.a refers to "a": a $ref may name only an evaluator that stands behind it, never in a cycle',
    ],
    [
      'evaluators in a cycle',
      setWith({ $ref: 'a' }, { $evaluators: { a: { '!': [{ $ref: 'b' }] }, b: { '!': [{ $ref: 'a' }] } } }),
      '$evaluators.b refers to "a": a $ref may name only an evaluator that stands behind it, never in a cycle',
    ],
    ['evaluators that grow without end', doubling(40), 'the rules are too large once every $ref is replaced'],
    [
      'text that would be replaced in replacing',
      setWith({ $ref: 'a' }, { $evaluators: { a: { '==': [{ var: 'user' }, '$`'] } } }),
      '$evaluators contains "$" before one of $ & ` or \', which flagd would replace',
    ],
    ['a set of more than 1 MiB', ' '.repeat(1024 ** 2 + 1), 'it is larger than 1 MiB'],
    [
      'rules nested without end',
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      '/flags: Invalid input: expected record, received undefined',
    ],
    [
      'variants nested without end',
      `{"flags":{"other":{"state":"ENABLED","variants":{"on":${'['.repeat(50_000)}${']'.repeat(50_000)}}}}}`,
      'it is nested too deep',
    ],
  ];
  test.each(cases)('%s', (_, content, why) => {
    expect(refusalOf(content)).toBe(why);
  });
});

test('evaluators may use those behind them', () => {
  const evaluators = { a: { '!': [{ $ref: 'b' }] }, b: { '==': [{ var: 'plan' }, 'team'] } };
  expect(refusalOf(setWith({ if: [{ $ref: 'a' }, 'on', 'off'] }, { $evaluators: evaluators }))).toBe(
    'accepted',
  );
});

test('whatever the text is, the set is parsed or refused, and no refusal quotes a value', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((value) => setWith(value)),
      ),
      (content) => {
        expect(typeof refusalOf(content)).toBe('string');
      },
    ),
  );
  expect(refusalOf(setWith({ if: [{ frobnicate: ['s3cret'] }, 's3cret'] }))).not.toContain('s3cret');
  expect(refusalOf('s3cret')).not.toContain('s3cret');
});

/** Each evaluator names the next one twice. */
function doubling(depth: number): string {
  const entries = Array.from({ length: depth }, (_, n) => [
    `e${n}`,
    n === depth - 1 ? { '!': [true] } : { and: [{ $ref: `e${n + 1}` }, { $ref: `e${n + 1}` }] },
  ]);
  return setWith({ $ref: 'e0' }, { $evaluators: Object.fromEntries(entries) });
}
