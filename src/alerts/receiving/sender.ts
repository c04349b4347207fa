/**
 * Where a request comes from. Everyone may write headers; those about the sender count only where the connection
 * comes from a proxy that the operator trusts, and a forwarded address only as far as trusted proxies wrote it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Set by the shipped proxy once it verified TradingView's client certificate, and taken off all else. */
const CERTIFICATE_HEADER = 'x-codex-client-certificate';
const VERIFIED = 'tradingview';

export interface Sender {
  /** Null: no address that can be believed. */
  readonly address: string | null;
  readonly clientCertificate: boolean;
}

/** A list of addresses and networks such as `10.0.0.0/8`. Throws on anything else. */
export function networks(list: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const entry of list) {
    const [address = '', prefix] = entry.split('/');
    if (prefix === undefined) networks.addAddress(address, familyOf(address));
    else networks.addSubnet(address, Number(prefix), familyOf(address));
  }
  return networks;
}

export function isIn(networks: BlockList, address: string): boolean {
  return networks.check(address, familyOf(address));
}

export function senderOf(
  headers: IncomingHttpHeaders,
  remoteAddress: string | undefined,
  proxies: BlockList,
): Sender {
  const remote = plainAddress(remoteAddress ?? '');
  if (remote === null || !isIn(proxies, remote)) return { address: remote, clientCertificate: false };
  return {
    address: forwardedAddress(headers['x-forwarded-for'], remote, proxies),
    clientCertificate: headers[CERTIFICATE_HEADER] === VERIFIED,
  };
}

/** Each proxy adds whom it had the request from at the end: the last that is no proxy of ours sent it, or the first. */
function forwardedAddress(
  header: string | string[] | undefined,
  remote: string,
  proxies: BlockList,
): string | null {
  const forwarded = header === undefined ? [] : String(header).split(',');
  const chain = [remote, ...forwarded.toReversed().map((entry) => plainAddress(entry.trim()))];
  const sender = chain.find((address) => address === null || !isIn(proxies, address));
  return sender === undefined ? (chain.at(-1) ?? null) : sender;
}

/** An address as it is compared and shown: IPv4 written as IPv6 is IPv4 again; null where it is none. */
function plainAddress(text: string): string | null {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIP(address) === 0 ? null : address;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
