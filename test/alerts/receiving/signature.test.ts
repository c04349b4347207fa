import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSignature, readSignature } from '../../../src/alerts/receiving/signature.ts';
import { keyOf, NOW, OLD_SECRET, SECRET } from '../setup.ts';

const keys = [keyOf(OLD_SECRET), keyOf(SECRET)];
const BODY = Buffer.from('{"alert":"drawdown"}');
const SECONDS = NOW / 1000;
const MINUTE = 60_000;

const signature = (secret = SECRET, seconds = SECONDS) => createSignature(keyOf(secret), BODY, seconds);
const read = (header: string | string[], body = BODY, now = NOW) => readSignature(keys, header, body, now);

describe('a signature is right', () => {
  test('by either secret while they are rotated', () => {
    expect(read(signature(OLD_SECRET))).toEqual({ seconds: SECONDS });
    expect(read(signature(SECRET))).toEqual({ seconds: SECONDS });
  });

  test('where a relay that rotates sends one by each of its secrets', () => {
    const [, unknown] = signature('a-secret-of-tomorrow').split(',');
    expect(read(`${signature()},${unknown}`)).toEqual({ seconds: SECONDS });
    expect(read(signature().replace(',', `,${unknown},`))).toEqual({ seconds: SECONDS });
  });

  test('up to five minutes before and after its time', () => {
    expect(read(signature(), BODY, NOW + 5 * MINUTE)).toHaveProperty('seconds');
    expect(read(signature(), BODY, NOW - 5 * MINUTE)).toHaveProperty('seconds');
  });
});

describe('a signature is refused', () => {
  test('by another secret', () => {
    expect(read(signature('a-secret-of-somebody-else'))).toHaveProperty('refused');
  });

  test('with any byte of the body changed', () => {
    fc.assert(
      fc.property(fc.nat(BODY.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
        const changed = Buffer.from(BODY);
        changed[at] = (changed[at] ?? 0) ^ difference;
        expect(read(signature(), changed)).toHaveProperty('refused');
      }),
    );
  });

  test('when it is replayed later, and with its time set to now', () => {
    const later = NOW + 6 * MINUTE;
    expect(read(signature(), BODY, later)).toEqual({ refused: expect.stringContaining('5 minutes old') });
    const renewed = signature().replace(/t=\d+/, `t=${later / 1000}`);
    expect(read(renewed, BODY, later)).toEqual({ refused: expect.stringContaining('does not match') });
  });

  test('from the future', () => {
    expect(read(signature(SECRET, SECONDS + 301))).toHaveProperty('refused');
  });

  test.each([
    '',
    't=1',
    'v1=00',
    `t=${SECONDS}`,
    `${signature()},v0=1`,
    signature().toUpperCase(),
    ` ${signature()}`,
    `${signature()}\n`,
    `t=${SECONDS},${signature()}`,
    `t=1e9,${signature().split(',')[1]}`,
    `${signature()}${`,${signature().split(',')[1]}`.repeat(4)}`,
  ])('in another form: %j', (header) => {
    expect(read(header)).toEqual({ refused: expect.stringContaining('is not "t="') });
  });

  test('that is sent twice', () => {
    expect(read([signature(), signature()])).toHaveProperty('refused');
  });

  test('that is anything at all', () => {
    fc.assert(fc.property(fc.string(), (header) => 'refused' in read(header)));
    fc.assert(fc.property(fc.string(), (text) => 'refused' in read(`t=${SECONDS},v1=${text}`)));
  });
});
