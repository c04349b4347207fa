/**
 * Alerts of TradingView. What is stored is not the request but the alert that it was: the tokens that TradingView
 * sends in the body or the URL are on no disk. docs/tradingview.md says what each proof proves.
 */
import { createSecretKey } from 'node:crypto';
import type { Alert } from '../alerts/alert.ts';
import { readContent } from '../alerts/receiving/content.ts';
import { alertId } from '../alerts/receiving/identity.ts';
import { type Entries, readMessage } from '../alerts/receiving/message.ts';
import { type Query, readQuery } from '../alerts/receiving/query.ts';
import { isIn, networks, type Sender, senderOf } from '../alerts/receiving/sender.ts';
import { readSignature, SIGNATURE_HEADER } from '../alerts/receiving/signature.ts';
import { subjectOfEntries, subjectOfTokens } from '../alerts/receiving/subject.ts';
import type { Subject } from '../alerts/receiving/token.ts';
import type { TradingViewConfig } from '../config/tradingview.ts';
import type { Refusal, Verified, WebhookProvider, WebhookRequest } from './provider.ts';

/** Far above what the alert editor takes. */
const MAX_BYTES = 64 * 1024;
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024;

const UNSIGNED_QUERY =
  'A signature covers the body and not the URL: say "token" and "alert" in the body, and take them out of the URL.';

/** What is known of an alert besides its content. */
type Origin = Subject & Pick<Alert, 'proof' | 'sourceAddress' | 'clientCertificate' | 'receivedAt'>;

/** Throws where an address or network is none. */
export function tradingviewProvider(setting: TradingViewConfig): WebhookProvider {
  const keys = setting.secrets.map((secret) => createSecretKey(secret.reveal(), 'utf8'));
  const refusedSender = senderCheck(setting);
  const proxies = networks(setting.trustedProxies);

  function verify(request: WebhookRequest, now: number): Verified | Refusal {
    const { headers, body, url = '', remoteAddress } = request;
    const header = headers[SIGNATURE_HEADER];
    const signature = header === undefined ? null : readSignature(keys, header, body, now);
    if (signature && 'refused' in signature) return unauthorized(signature.refused);
    const sender = senderOf(headers, remoteAddress, proxies);
    const refused = signature ? null : refusedSender(sender);
    if (refused !== null) return unauthorized(refused);
    const query = readQuery(url);
    if ('mistake' in query) return malformed(query.mistake);
    if (signature && (query.value.token ?? query.value.kind) !== null) return malformed(UNSIGNED_QUERY);
    const message = readMessage(headers['content-type'], body);
    if ('mistake' in message) return malformed(message.mistake);
    const subject = findSubject(query.value, message.value, signature !== null);
    if ('status' in subject) return subject;
    const origin: Origin = {
      ...subject,
      proof: signature ? 'signature' : 'token',
      sourceAddress: sender.address,
      clientCertificate: sender.clientCertificate,
      receivedAt: now,
    };
    return toVerified(message.value, query.value, origin, signature?.seconds ?? null);
  }

  function findSubject(query: Query, entries: Entries, signed: boolean): Subject | Refusal {
    const tokens = [query.token, entries.get('token')].filter((token) => typeof token === 'string');
    if (tokens.length === 0 && !signed) {
      return unauthorized(
        'The alert has no token. `codexctl tradingview template` prints a message with one.',
      );
    }
    const found = tokens.length > 0 ? subjectOfTokens(keys, tokens, entries) : subjectOfEntries(entries);
    if ('subject' in found) return found.subject;
    return 'mistake' in found ? malformed(found.mistake) : unauthorized(found.unauthorized);
  }

  return {
    name: 'tradingview',
    path: '/webhooks/tradingview',
    maxBytes: MAX_BYTES,
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    verify,
  };
}

/** The check of what may be required of a sender who does not sign: why it is refused, or null. */
function senderCheck({ sources, requireClientCertificate }: TradingViewConfig) {
  const allowed = sources.length === 0 ? null : networks(sources);
  return ({ address, clientCertificate }: Sender): string | null => {
    if (allowed && (address === null || !isIn(allowed, address))) {
      return 'Alerts with a token are not taken from this address.';
    }
    if (requireClientCertificate && !clientCertificate) {
      return "Alerts with a token are taken only with TradingView's client certificate.";
    }
    return null;
  };
}

function toVerified(
  entries: Entries,
  { kind }: Query,
  origin: Origin,
  signedAt: number | null,
): Verified | Refusal {
  const content = readContent(entries, { kind, signed: signedAt !== null, now: origin.receivedAt });
  if ('mistake' in content) return malformed(content.mistake);
  const known = { ...content.value, ...origin };
  const alert: Alert = { id: alertId(known, signedAt), ...known };
  return { delivery: alert.id, event: alert.alert, body: Buffer.from(JSON.stringify(alert)) };
}

function unauthorized(reason: string): Refusal {
  return { status: 401, reason };
}

function malformed(reason: string): Refusal {
  return { status: 400, reason };
}
