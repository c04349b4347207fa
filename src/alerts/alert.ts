/**
 * An alert as Codex knows it, whatever it came as: the shape that is stored, queued and matched by rules. It is
 * flat and every part of it is bounded, and it holds no token. Its texts are hostile all the same: whoever shows
 * them escapes them.
 */
import { z } from 'zod';

export const MAX_MESSAGE = 4_000;
export const MAX_TEXT = 500;
export const MAX_ENTRIES = 50;

export const repositoryName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.{1,2}$)[\w.-]{1,100}$/, 'is not OWNER/REPO');

export const strategyName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[\w.-]{0,98}[A-Za-z0-9])?$/, 'is not a name of letters, digits, ".", "_" and "-"');

export const alertKind = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,49}$/, 'is not a word in small letters, such as position_open');

/** A key of `values` or `fields`. What every object has without being given it is refused. */
export const entryName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,49}$/, 'is not a name of letters, digits and "_"')
  .refine((name) => !(name in Object.prototype), 'is a name that JavaScript keeps for itself');

const text = z.string().max(MAX_TEXT);

export const alert = z.object({
  /** The same for the same alert sent again: what deduplicates it everywhere. 32 hex digits. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  repository: repositoryName,
  strategy: strategyName,
  /** Its kind: `drawdown`, `position_open`, `flat`, `heartbeat`, or whatever rules name. */
  alert: alertKind,
  /** When TradingView fired it, in UTC; null where a signed relay did not say. */
  timenow: z.iso.datetime().nullable(),
  /** Milliseconds since the epoch. */
  receivedAt: z.int().nonnegative(),
  orderId: text.nullable(),
  symbol: text.nullable(),
  exchange: text.nullable(),
  interval: text.nullable(),
  message: z.string().max(MAX_MESSAGE).nullable(),
  /** Every number, and every text that reads as one: what thresholds compare. Finite. */
  values: z.record(entryName, z.number()),
  /** Every text but those above, `commit` for one. */
  fields: z.record(entryName, text),
  /** What showed who sent it: docs/tradingview.md says how much that is. */
  proof: z.enum(['signature', 'token']),
  /** The sender's address, as far as the configured proxies can be believed. */
  sourceAddress: z.union([z.ipv4(), z.ipv6()]).nullable(),
  /** Whether the proxy verified TradingView's client certificate. */
  clientCertificate: z.boolean(),
});

export type Alert = z.infer<typeof alert>;
