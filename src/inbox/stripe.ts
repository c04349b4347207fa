/** Stripe's webhooks. The SDK, 35 MB of memory, is loaded only where there is a secret to check with. */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { Secret } from '../redact.ts';
import type { Refusal, Verified, WebhookProvider } from './provider.ts';

/** Far above what Stripe sends. */
const MAX_BYTES = 1024 * 1024;
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024;
/** Between Stripe's clock and ours, in both directions; the SDK itself takes any time in the future. */
const SKEW_SECONDS = 300;
/** Once: of several times the SDK takes the last, and who replays a request could add one. */
const TIMESTAMP = /^(?:(?!t=)[^,]*,)*t=(\d{1,12})(?:,(?!t=)[^,]*)*$/;

/** Snapshot (`event`) and thin (`v2.core.event`) events, as far as the inbox needs them. */
const envelope = z.object({
  id: z.string().regex(/^evt_[A-Za-z0-9_]{1,250}$/),
  object: z.enum(['event', 'v2.core.event']),
  type: z.string().regex(/^[a-z0-9_.[\]]{1,150}$/),
});

/** Whether a signature is right by one secret, whatever its age. */
type Holds = (body: Buffer, header: string, secret: string) => boolean;

/** While a secret is rotated, `secrets` holds the old and the new one. */
export async function stripeProvider(secrets: readonly Secret[]): Promise<WebhookProvider> {
  const holds = await signatureCheck();
  return {
    name: 'stripe',
    path: '/webhooks/stripe',
    maxBytes: MAX_BYTES,
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    verify({ headers, body }, now) {
      const header = headers['stripe-signature'];
      return (
        refused(header, body, now, (signature) =>
          secrets.map((secret) => holds(body, signature, secret.reveal())).includes(true),
        ) ?? identify(body)
      );
    },
  };
}

async function signatureCheck(): Promise<Holds> {
  const { default: Stripe } = await import('stripe');
  const { signature } = Stripe.webhooks;
  if (!signature) throw new Error("Stripe's SDK has no signature check.");
  return (body, header, secret) => {
    try {
      return signature.verifyHeader(body, header, secret, 0);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
      throw error;
    }
  };
}

function refused(
  header: string | string[] | undefined,
  body: Buffer,
  now: number,
  isSigned: (header: string) => boolean,
): Refusal | null {
  if (header === undefined) return unauthorized('The Stripe-Signature header is missing.');
  const seconds = typeof header === 'string' ? TIMESTAMP.exec(header)?.[1] : undefined;
  if (typeof header !== 'string' || seconds === undefined) {
    return unauthorized('The Stripe-Signature header is not one "t=" and "v1=" signatures.');
  }
  // The SDK reads the bytes as text, and would pass over a byte order mark and mend what is not UTF-8.
  if (body[0] !== 0x7b || !isUtf8(body)) return { status: 400, reason: 'The body is not a JSON object.' };
  if (!isSigned(header)) return unauthorized('The signature does not match the body and the webhook secret.');
  const skew = Math.abs(now / 1000 - Number(seconds));
  return skew > SKEW_SECONDS ? unauthorized('The signature is too old, or from the future.') : null;
}

function identify(body: Buffer): Verified | Refusal {
  const parsed = envelope.safeParse(parseJson(body));
  if (!parsed.success) return { status: 400, reason: 'The body is not an event of Stripe.' };
  return { delivery: parsed.data.id, event: parsed.data.type };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}

function unauthorized(reason: string): Refusal {
  return { status: 401, reason };
}
