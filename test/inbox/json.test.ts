import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isJsonObject } from '../../src/inbox/json.ts';

const inUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The same question, answered by building the value. */
function parsesToObject(body: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(inUtf8.decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe('is it a JSON object', () => {
  it.each([
    ['{}', true],
    [' \t\r\n{"a": [1, {"b": null}]} \n', true],
    ['{"a": "\\u0000 \\ud800 é 🦀"}', true],
    ['', false],
    ['[]', false],
    ['"{}"', false],
    ['null', false],
    ['{', false],
    ['{}{}', false],
    ['{} // with a comment', false],
    ["{'a': 1}", false],
    ['{a: 1}', false],
    ['{"a": 1,}', false],
    ['{"a": 01}', false],
    ['{"a": .5}', false],
    ['{"a": +1}', false],
    ['{"a": 0x1}', false],
    ['{"a": NaN}', false],
    ['{"a": Infinity}', false],
    ['{"a": "\n"}', false],
    ['{"a": "\\x41"}', false],
    ['{}\0', false],
    ['{}\0{}', false],
    ['\ufeff{}', false],
    ['\u00a0{}', false],
  ])('%j: %p', (text, expected) => {
    expect(isJsonObject(Buffer.from(text))).toBe(expected);
  });

  it('not a deeper one than the database reads: 1,000 levels', () => {
    const nested = (levels: number) => Buffer.from(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
    expect(isJsonObject(nested(900))).toBe(true);
    expect(isJsonObject(nested(5_000))).toBe(false);
  });

  it.each([
    ['an overlong form', '{"a": "\xc0\xaf"}'],
    ['half a character', '{"a": "\xc3"}'],
    ['a surrogate', '{"a": "\xed\xa0\x80"}'],
  ])('not with bytes that are not UTF-8: %s', (_name, text) => {
    expect(isJsonObject(Buffer.from(text, 'latin1'))).toBe(false);
  });

  it('says of JSON with bytes changed what JSON.parse says of it', () => {
    const text = fc.json({ maxDepth: 6 }).map((json) => `{"a":${json}}`);
    const change = fc.record({
      at: fc.nat(),
      removed: fc.nat(2),
      added: fc.oneof(
        fc.uint8Array({ maxLength: 3 }),
        fc.constantFrom('"', '\\', '/', ',', ':', '}', '0', 'e', ' '),
      ),
    });
    fc.assert(
      fc.property(text, fc.array(change, { maxLength: 3 }), (json, changes) => {
        let body = Buffer.from(json);
        for (const { at, removed, added } of changes) {
          const start = at % (body.length + 1);
          body = Buffer.concat([body.subarray(0, start), Buffer.from(added), body.subarray(start + removed)]);
        }
        expect(isJsonObject(body)).toBe(parsesToObject(body));
      }),
      { numRuns: 3_000 },
    );
  });
});
