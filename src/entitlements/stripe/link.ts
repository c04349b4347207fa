/**
 * Links that Codex gives to those who may pay for an account: whoever has one may open Checkout or the portal for
 * that account, nothing else, and only for a while. Pure.
 */
import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../redact.ts';

export type Purpose = 'checkout' | 'portal';

const HOUR = 60 * 60_000;
/** Long enough to pass the link on to whoever pays. */
const LIFETIME = 24 * HOUR;

const TOKEN = /^([1-9]\d{0,14})\.(\d{1,12})\.([\w-]{43})$/;

type LinkFor = (account: number, purpose: Purpose, now: number) => string;

/** A key for links only: it signs nothing else, and what it signs does not tell the secret. */
export function linkKey(secret: Secret): KeyObject {
  return createSecretKey(
    Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'codex billing links, version 1', 32)),
  );
}

/** `publicUrl`: where people reach this server, with no slash at the end. */
export function linksTo(publicUrl: string, key: KeyObject): LinkFor {
  return (account, purpose, now) => {
    const expires = Math.floor((now + LIFETIME) / 1000);
    const token = `${account}.${expires}.${signatureOf(key, account, purpose, expires).toString('base64url')}`;
    return `${publicUrl}/billing/${purpose}?token=${token}`;
  };
}

export type Opened = { readonly account: number } | 'invalid' | 'expired';

/** Whom a token is for; `now` in milliseconds. */
export function openLink(key: KeyObject, purpose: Purpose, token: string, now: number): Opened {
  const [, account, expires, signature] = TOKEN.exec(token) ?? [];
  if (account === undefined || expires === undefined || signature === undefined) return 'invalid';
  const expected = signatureOf(key, Number(account), purpose, Number(expires));
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'invalid';
  return now >= Number(expires) * 1000 ? 'expired' : { account: Number(account) };
}

function signatureOf(key: KeyObject, account: number, purpose: Purpose, expires: number): Buffer {
  return createHmac('sha256', key).update(`${purpose}.${account}.${expires}`).digest();
}
