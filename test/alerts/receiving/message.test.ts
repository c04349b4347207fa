import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readMessage } from '../../../src/alerts/receiving/message.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';

function entriesOf(body: string | Buffer, type = JSON_TYPE): Record<string, string | number> {
  const reading = readMessage(type, Buffer.from(body));
  if ('mistake' in reading) throw new Error(reading.mistake);
  return Object.fromEntries(reading.value);
}

function mistakeIn(body: string | Buffer, type: string | undefined = JSON_TYPE): string {
  const reading = readMessage(type, Buffer.from(body));
  return 'mistake' in reading ? reading.mistake : '';
}

describe('a message of JSON', () => {
  test('is its entries', () => {
    const body = '{"alert": "drawdown", "drawdown": 12.5, "live": true, "note": null, "empty": ""}';
    expect(entriesOf(body)).toEqual({ alert: 'drawdown', drawdown: 12.5, live: 'true' });
  });

  test('is read as JSON though it came as text', () => {
    expect(entriesOf('\n{"alert": "flat"}\n', TEXT_TYPE)).toEqual({ alert: 'flat' });
  });
});

describe('a message of text', () => {
  test('has an entry in each line of one; the rest is the message', () => {
    const body = 'Grid: order buy filled.\r\nalert: position_open\nclose = 42.5\n\nAll is well.';
    expect(entriesOf(body, TEXT_TYPE)).toEqual({
      alert: 'position_open',
      close: '42.5',
      message: 'Grid: order buy filled.\n\nAll is well.',
    });
  });

  test("is what TradingView writes itself into a strategy's alert", () => {
    const body = 'RSI (close, 14): order sell @ 1 filled on BTCUSDT. New strategy position is 0';
    expect(entriesOf(body, TEXT_TYPE)).toEqual({ message: body });
  });
});

describe('what is wrong with a message is said', () => {
  test('of NaN, where a placeholder stood without quotes', () => {
    const words = mistakeIn('{"alert": "drawdown", "rsi": NaN}', TEXT_TYPE);
    expect(words).toBe(
      'The message is not JSON. Write each {{placeholder}} in quotes: TradingView may put NaN or text there.',
    );
  });

  test('with the place where JSON ends to be JSON', () => {
    expect(mistakeIn('{"alert": "flat",\n}')).toContain('at line 2 column 1');
  });

  test('of entries within entries, however deep', () => {
    expect(mistakeIn('{"alert": "flat", "position": {"size": 1}}')).toContain(
      '"position" holds other entries',
    );
    const deep = `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    expect(mistakeIn(deep)).toContain('"a" holds other entries');
  });

  test.each(['__proto__', 'constructor', 'toString', 'a b', '', '1st', 'é', 'x'.repeat(51)])(
    'of an entry with the name %j, which is not repeated',
    (name) => {
      const words = mistakeIn(`{"alert": "flat", ${JSON.stringify(name)}: "x"}`);
      expect(words).toMatch(/^The name of entry 2 is /);
    },
  );

  test('of numbers beyond all', () => {
    expect(mistakeIn('{"close": 1e999}')).toBe('"close" is too large a number.');
    expect(mistakeIn('{"close": -1e999}')).toBe('"close" is too large a number.');
  });

  test('of texts that are too long, and of too many', () => {
    expect(mistakeIn(JSON.stringify({ note: 'x'.repeat(501) }))).toBe(
      '"note" is longer than 500 characters.',
    );
    expect(mistakeIn(JSON.stringify({ message: 'x'.repeat(4_001) }))).toContain('longer than 4000');
    expect(entriesOf(JSON.stringify({ message: 'x'.repeat(4_000) }))).toHaveProperty('message');
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`n${index}`, index]));
    expect(mistakeIn(JSON.stringify(many))).toBe('The message has more than 50 entries.');
  });

  test('of an entry that a text has twice', () => {
    expect(mistakeIn('alert: flat\nalert: drawdown', TEXT_TYPE)).toBe('"alert" is there twice.');
  });

  test.each(['[]', '"alert"', 'null', '5'])('of JSON that is no object: %s', (body) => {
    expect(mistakeIn(body)).toContain('not one JSON object');
  });

  test('of nothing, of another type, and of bytes that are no text', () => {
    expect(mistakeIn(' \n')).toContain('is empty');
    expect(mistakeIn('{}', 'application/x-www-form-urlencoded')).toContain('application/json or text/plain');
    expect(readMessage(undefined, Buffer.from('{}'))).toHaveProperty('mistake');
    expect(mistakeIn(Buffer.from([0x22, 0xff, 0x22]))).toBe('The message is not UTF-8 text.');
  });
});

describe('whatever comes', () => {
  const types = fc.constantFrom(JSON_TYPE, TEXT_TYPE);

  test('bytes are read or refused, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), types, (bytes, type) => {
        readMessage(type, Buffer.from(bytes));
      }),
    );
  });

  test('JSON is read to flat, bounded entries, or refused', () => {
    fc.assert(
      fc.property(fc.object({ withNullPrototype: true }), (value) => {
        const reading = readMessage(JSON_TYPE, Buffer.from(JSON.stringify(value)));
        if ('mistake' in reading) return;
        for (const [name, entry] of reading.value) {
          expect(name in Object.prototype).toBe(false);
          expect(typeof entry === 'string' ? entry.length <= 4_000 : Number.isFinite(entry)).toBe(true);
        }
      }),
    );
  });

  test('no words about a mistake repeat a value', () => {
    const secret = 'SECRET-0123456789';
    fc.assert(
      fc.property(fc.string(), types, (text, type) => {
        for (const body of [text + secret, `{"alert": "${secret}${text}`, `{"${secret}": 1}`]) {
          expect(mistakeIn(body, type)).not.toContain('SECRET');
        }
      }),
    );
  });

  test('a credential in a text is taken out of it', () => {
    const { note } = entriesOf(JSON.stringify({ note: `see https://me:hunter2hunter2@example.com` }));
    expect(note).toBe('see https://[redacted]@example.com');
  });
});
