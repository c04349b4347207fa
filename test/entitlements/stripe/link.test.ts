import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linkKey, linksTo, openLink } from '../../../src/entitlements/stripe/link.ts';
import { Secret } from '../../../src/redact.ts';

const key = linkKey(new Secret('rk_test_0123456789abcdef'));
const linkFor = linksTo('https://codex.acme.dev', key);
const NOW = Date.UTC(2026, 10, 21);
const DAY = 24 * 60 * 60_000;

function tokenOf(link: string): string {
  return new URL(link).searchParams.get('token') ?? '';
}

describe('a link', () => {
  test('leads to the page of its purpose, for one account', () => {
    const link = linkFor(4711, 'checkout', NOW);
    expect(link).toMatch(/^https:\/\/codex\.acme\.dev\/billing\/checkout\?token=/);
    expect(openLink(key, 'checkout', tokenOf(link), NOW)).toEqual({ account: 4711 });
  });

  test('works for a day', () => {
    const token = tokenOf(linkFor(4711, 'portal', NOW));
    expect(openLink(key, 'portal', token, NOW + DAY - 1)).toEqual({ account: 4711 });
    expect(openLink(key, 'portal', token, NOW + DAY)).toBe('expired');
  });

  test('opens nothing else: another purpose, another account, a later end, another key', () => {
    const token = tokenOf(linkFor(4711, 'checkout', NOW));
    const [, expires, signature] = token.split('.');
    expect(openLink(key, 'portal', token, NOW)).toBe('invalid');
    expect(openLink(key, 'checkout', `4712.${expires}.${signature}`, NOW)).toBe('invalid');
    expect(openLink(key, 'checkout', `4711.${Number(expires) + 1}.${signature}`, NOW)).toBe('invalid');
    expect(openLink(linkKey(new Secret('rk_test_another_key')), 'checkout', token, NOW)).toBe('invalid');
  });

  test('is invalid, and nothing worse, whatever stands in its place', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[1-9]\d*\.\d+\.[\w-]{43}$/)), (token) => {
        expect(openLink(key, 'checkout', token, NOW)).toBe('invalid');
      }),
    );
  });
});
