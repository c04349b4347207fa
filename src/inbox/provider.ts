/** What a sender of webhooks must offer; the routes and the inbox know nothing else about it. */
import type { IncomingHttpHeaders } from 'node:http';

export type ProviderName = 'github' | 'stripe' | 'tradingview';

/** Who sent it and what it is, after the signature held. */
export interface Verified {
  /** The sender's id of this delivery; the same delivery sent again has the same one. */
  readonly delivery: string;
  readonly event: string;
  /** What is stored in place of the request's body, where that must not be. */
  readonly body?: Buffer;
}

/** Why a request is not taken, in words that repeat nothing of it but, at most, names. */
export interface Refusal {
  readonly status: 400 | 401;
  readonly reason: string;
}

export interface WebhookRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** As it was requested, with its query; it may hold a token. */
  readonly url?: string | undefined;
  /** Where the connection comes from. */
  readonly remoteAddress?: string | undefined;
}

export interface WebhookProvider {
  readonly name: ProviderName;
  readonly path: string;
  /** The largest body that is read. */
  readonly maxBytes: number;
  /** All bodies that are read at once: who floods this path with what nobody signed holds up no other. */
  readonly maxBufferedBytes: number;
  /** Checks the raw bytes, a signature before anything parses them; `now` in milliseconds. Never throws. */
  verify(request: WebhookRequest, now: number): Verified | Refusal;
}
