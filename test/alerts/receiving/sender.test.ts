import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIn, networks, senderOf } from '../../../src/alerts/receiving/sender.ts';

const proxies = networks(['10.0.0.0/8', '127.0.0.1', 'fd00::/8', '::1']);
const TRADINGVIEW = '52.89.214.238';

function sender(remote: string | undefined, forwarded?: string, certificate?: string) {
  return senderOf(
    {
      ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
      ...(certificate === undefined ? {} : { 'x-codex-client-certificate': certificate }),
    },
    remote,
    proxies,
  );
}

describe('the address of the sender', () => {
  test.each([
    ['of the connection, where no proxy of ours is between', TRADINGVIEW, undefined, TRADINGVIEW],
    ['of IPv4 that came in over IPv6', `::ffff:${TRADINGVIEW}`, undefined, TRADINGVIEW],
    ['that our proxy says', '127.0.0.1', TRADINGVIEW, TRADINGVIEW],
    ['that our proxy says over IPv6', '::1', '2001:db8::7', '2001:db8::7'],
    ['that our IPv6 proxy says of IPv4', 'fd00::2', `::FFFF:${TRADINGVIEW}`, TRADINGVIEW],
    ['behind two proxies of ours', '::ffff:127.0.0.1', `${TRADINGVIEW}, 10.1.2.3`, TRADINGVIEW],
    ['of a proxy itself', '127.0.0.1', undefined, '127.0.0.1'],
  ])('is that %s', (_, remote, forwarded, address) => {
    expect(sender(remote, forwarded).address).toBe(address);
  });

  test('is not what a stranger writes, directly or before our proxy adds to it', () => {
    expect(sender('203.0.113.9', TRADINGVIEW).address).toBe('203.0.113.9');
    expect(sender('127.0.0.1', `${TRADINGVIEW}, 203.0.113.9`).address).toBe('203.0.113.9');
  });

  test('is not known where what stands in its place is none', () => {
    expect(sender('127.0.0.1', `${TRADINGVIEW}, unknown`).address).toBeNull();
    expect(sender('127.0.0.1', '').address).toBeNull();
    expect(sender(undefined).address).toBeNull();
  });

  test('is never invented: it is one of those given, or null', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), (entries) => {
        const { address } = sender('127.0.0.1', entries.join(','));
        expect(address === null || [...entries, '127.0.0.1'].join(',').includes(address)).toBe(true);
      }),
    );
  });
});

describe('the client certificate', () => {
  test('counts where a proxy of ours says that it verified it', () => {
    expect(sender('127.0.0.1', TRADINGVIEW, 'tradingview').clientCertificate).toBe(true);
  });

  test('does not where a stranger says so, or the proxy says something else', () => {
    expect(sender(TRADINGVIEW, undefined, 'tradingview').clientCertificate).toBe(false);
    expect(sender('127.0.0.1', TRADINGVIEW, '').clientCertificate).toBe(false);
    expect(sender('127.0.0.1', TRADINGVIEW, 'tradingview, tradingview').clientCertificate).toBe(false);
  });
});

test('networks hold the addresses in them, of their own family', () => {
  const list = networks(['52.89.214.238', '2001:db8::/32']);
  expect(['52.89.214.238', '2001:db8::1'].every((address) => isIn(list, address))).toBe(true);
  expect(['52.89.214.239', '2001:db9::1'].some((address) => isIn(list, address))).toBe(false);
});
