import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  beginning,
  bytesOf,
  cut,
  ending,
  shortened,
  visibleLine,
  visibleLines,
} from '../../src/markdown/text.ts';
import { expectLinear } from '../support/growth.ts';

const anything = fc.string({ unit: 'binary', maxLength: 60 });

describe('visible text', () => {
  it('shows what a reader could not see as Python writes it', () => {
    expect(visibleLine('a\tb\nc\x00\x1bd\u202e\u200be\u{e0041}')).toBe(
      'a\\tb\\nc\\x00\\x1bd\\u202e\\u200be\\U000e0041',
    );
  });

  it('drops the colours of a terminal and keeps emoji, accents and other scripts', () => {
    expect(visibleLine('\x1b[31mred\x1b[0m ❤️ é 日本')).toBe('red ❤️ é 日本');
  });

  it('keeps lines and tabs in a text of several lines, whatever ends a line', () => {
    expect(visibleLines('a\r\nb\rc\n\td\x00')).toBe('a\nb\nc\n\td\\x00');
  });

  it('leaves nothing invisible, whatever comes in', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(visibleLine(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  it.each(['\x1b[', '\x1b]', '\x1b[1;', '\x1b[['])('is not slowed down by %j without an end', (part) => {
    expectLinear((size) => visibleLines(part.repeat(size)), 50_000);
  });
});

describe('cutting', () => {
  it('takes whole code points up to a number of UTF-8 bytes', () => {
    expect(beginning('a🌈b', 4)).toBe('a');
    expect(beginning('a🌈b', 5)).toBe('a🌈');
    expect(ending('a🌈b', 4)).toBe('b');
    expect(ending('a🌈b', 5)).toBe('🌈b');
  });

  it('announces itself with an ellipsis', () => {
    expect(cut('abcdefgh', 6)).toBe('abc…');
    expect(shortened('tests/unit/test_orders.py::test_total', 24)).toBe('tests/u…py::test_total');
  });

  it('never exceeds its size, never splits a code point, and leaves what fits alone', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 3, max: 80 }), (raw, bytes) => {
        const text = raw.toWellFormed();
        for (const part of [
          beginning(text, bytes),
          ending(text, bytes),
          cut(text, bytes),
          shortened(text, bytes),
        ]) {
          expect(bytesOf(part)).toBeLessThanOrEqual(bytes);
          expect(part.isWellFormed()).toBe(true);
          if (bytesOf(text) <= bytes) expect(part).toBe(text);
        }
        expect(text.startsWith(beginning(text, bytes))).toBe(true);
        expect(text.endsWith(ending(text, bytes))).toBe(true);
      }),
    );
  });
});
