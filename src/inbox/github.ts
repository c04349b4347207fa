import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Probot } from 'probot';
import type { Secret } from '../redact.ts';
import { isJsonObject } from './json.ts';
import type { Refusal, Verified, WebhookProvider } from './provider.ts';
import type { InboxRow } from './store.ts';

/** GitHub's own limit for payloads. */
const MAX_BYTES = 25 * 1024 * 1024;
const MAX_BUFFERED_BYTES = 192 * 1024 * 1024;
const SIGNATURE = /^sha256=([0-9a-f]{64})$/;
const EVENT = /^[a-z][a-z0-9_]{0,99}$/;
const DELIVERY = /^[A-Za-z0-9-]{1,100}$/;

/** GitHub's webhooks. While a secret is rotated, `secrets` holds the old and the new one. */
export function githubProvider(secrets: readonly Secret[]): WebhookProvider {
  const keys = secrets.map((secret) => createSecretKey(secret.reveal(), 'utf8'));
  return {
    name: 'github',
    path: '/webhooks/github',
    maxBytes: MAX_BYTES,
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    verify: ({ headers, body }) => refusedSignature(keys, headers, body) ?? identify(headers, body),
  };
}

/** Gives a stored webhook to Probot's handlers; rejects when one of them does. */
export function githubReceiver(probot: Pick<Probot, 'receive'>): (row: InboxRow) => Promise<void> {
  return ({ delivery, event, body }) => {
    // The types know GitHub's events by name; handlers check the payload, and unknown events have none.
    const received = { id: delivery, name: event, payload: JSON.parse(body.toString()) };
    return probot.receive(received as Parameters<Probot['receive']>[0]);
  };
}

function refusedSignature(
  keys: readonly KeyObject[],
  headers: IncomingHttpHeaders,
  body: Buffer,
): Refusal | null {
  const header = headers['x-hub-signature-256'];
  if (header === undefined) return { status: 401, reason: 'The X-Hub-Signature-256 header is missing.' };
  const hex = typeof header === 'string' ? SIGNATURE.exec(header)?.[1] : undefined;
  if (hex === undefined) {
    return { status: 401, reason: 'The X-Hub-Signature-256 header is not "sha256=" and 64 hex digits.' };
  }
  const given = Buffer.from(hex, 'hex');
  const matches = keys.map((key) => timingSafeEqual(given, createHmac('sha256', key).update(body).digest()));
  if (matches.includes(true)) return null;
  return { status: 401, reason: 'The signature does not match the body and the webhook secret.' };
}

function identify(headers: IncomingHttpHeaders, body: Buffer): Verified | Refusal {
  const event = headers['x-github-event'];
  if (typeof event !== 'string' || !EVENT.test(event)) {
    return malformed("The X-GitHub-Event header is missing or not an event's name.");
  }
  const delivery = headers['x-github-delivery'];
  if (typeof delivery !== 'string' || !DELIVERY.test(delivery)) {
    return malformed("The X-GitHub-Delivery header is missing or not a delivery's id.");
  }
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    return malformed("Set the webhook's content type to application/json.");
  }
  return isJsonObject(body) ? { event, delivery } : malformed('The body is not a JSON object.');
}

function malformed(reason: string): Refusal {
  return { status: 400, reason };
}
