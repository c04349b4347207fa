/** `X-Codex-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`: how relays sign what they send. */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-codex-signature';

/** Between the relay's clock and ours, in both directions. */
const TOLERANCE_SECONDS = 300;
const HEADER = /^t=(\d{1,12})((?:,v1=[0-9a-f]{64}){1,4})$/;

/** `seconds`: the Unix time at which it is sent. */
export function createSignature(key: KeyObject, body: Buffer, seconds: number): string {
  return `t=${seconds},v1=${codeOf(key, body, String(seconds)).toString('hex')}`;
}

/** When the body was signed, in Unix seconds, or why the header does not show that it was. `now` in milliseconds. */
export function readSignature(
  keys: readonly KeyObject[],
  header: string | readonly string[],
  body: Buffer,
  now: number,
): { readonly seconds: number } | { readonly refused: string } {
  const [, seconds, list = ''] = (typeof header === 'string' && HEADER.exec(header)) || [];
  if (seconds === undefined) {
    return {
      refused: 'The X-Codex-Signature header is not "t=", a Unix time, and ",v1=" with 64 hex digits.',
    };
  }
  const given = list.split(',v1=').slice(1);
  const matches = keys.flatMap((key) => {
    const code = codeOf(key, body, seconds);
    return given.map((hex) => timingSafeEqual(Buffer.from(hex, 'hex'), code));
  });
  if (!matches.includes(true)) {
    return { refused: 'The signature does not match the time, the body and the webhook secret.' };
  }
  if (Math.abs(now / 1000 - Number(seconds)) > TOLERANCE_SECONDS) {
    return { refused: 'The signature is more than 5 minutes old, or from the future.' };
  }
  return { seconds: Number(seconds) };
}

function codeOf(key: KeyObject, body: Buffer, seconds: string): Buffer {
  return createHmac('sha256', key).update(`${seconds}.`).update(body).digest();
}
