import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLog } from '../src/log.ts';
import { redact, Secret } from '../src/redact.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const out = new PassThrough();
  write(createLog('trace', out));
  return String(out.read());
}

describe('no line of the log carries a secret', () => {
  test('in a field, a message, a nested error or its stack', () => {
    const secret = new Secret('correct-horse-battery-staple');
    const value = secret.reveal();
    const lines = logged((log) => {
      log.info({ field: value, deep: { er: [value] } }, `message with ${value}`);
      log.error({ err: new Error(`cause: ${value}`) }, 'failed');
      log.warn({ secret }, 'as an object');
    });
    expect(lines).not.toContain(value);
    expect(lines.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(5);
  });

  test('a key of several lines, although JSON writes its line breaks as \\n', () => {
    const key = new Secret(
      '-----BEGIN TEST KEY-----\nMIIEowIBAAKCAQEA1234\nabcdefghij+/klmnop==\n-----END TEST KEY-----',
    );
    expect(logged((log) => log.info({ key: key.reveal() }, key.reveal()))).not.toMatch(/MIIEow|abcdefghij/);
  });

  test('one with characters that JSON writes otherwise', () => {
    const secret = new Secret('quoted"and\\\\slashed-secret').reveal();
    expect(logged((log) => log.info({ secret }, 'known'))).not.toMatch(/quoted|slashed/);
  });

  test.each([
    'ghs_16C7e42F292c6912E7710c838347Ae178B4a',
    'ghs_12345_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NSJ9.c2lnbmF0dXJl',
    'github_pat_11ABCDEFG0123456789_abcdefghijkl',
    'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
    'whsec_4eC39HqLyjWDarjtT1zdp7dc',
    `tv1.YWNtZS9ib3Q.bWVhbg.${'A'.repeat(43)}`,
    'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NSJ9.c2lnbmF0dXJl',
    'authorization: basic eC1hY2Nlc3MtdG9rZW46c2VjcmV0',
  ])('at the start of a line, or behind another word: %s', (credential) => {
    const end = credential.slice(-8);
    expect(logged((log) => log.info({ output: `first\n${credential}\nlast` }, 'printed'))).not.toContain(end);
    expect(redact(`TOKEN_${credential}`)).not.toContain(end);
  });

  test.each([
    ["a token of GitHub's", 'ghs_16C7e42F292c6912E7710c838347Ae178B4a', 'ghs_16C7'],
    ['a fine-grained token', 'github_pat_11ABCDEFG0123456789_abcdefghijkl', 'github_pat_11'],
    ['a key of Stripe', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', '4eC39'],
    ['a header', 'authorization: basic eC1hY2Nlc3MtdG9rZW46c2VjcmV0', 'eC1hY2'],
    ['a URL with a password', 'https://x-access-token:hunter2hunter2@github.com/o/r.git', 'hunter2'],
    ['a JSON web token', 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NSJ9.c2lnbmF0dXJl', 'eyJpc3Mi'],
  ])('%s that nobody registered', (_what, text, part) => {
    expect(redact(`before ${text} after`)).not.toContain(part);
    expect(redact(`before ${text} after`)).toMatch(/^before .*after$/);
  });

  test('whatever stands around a registered secret', () => {
    const secret = new Secret('swordfish-swordfish').reveal();
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(redact(before + secret + after)).not.toContain(secret);
      }),
    );
  });

  test('a registered secret that another one begins with', () => {
    new Secret('rotated-swordfish');
    const longer = new Secret('rotated-swordfish-of-2026').reveal();
    expect(redact(longer)).toBe('[redacted]');
  });

  test('what is no secret stays as it is', () => {
    const text =
      'tests/test_a.py::test_highs_and_lows_of_risk_limits failed: assert 1 == 2 at https://github.com/o/r/pull/3';
    expect(redact(text)).toBe(text);
  });
});
