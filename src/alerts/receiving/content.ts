/** The entries of a message as the content of an alert. Pure; mistakes are said as in `message.ts`. */
import { type Alert, alertKind } from '../alert.ts';
import type { Entries, Reading } from './message.ts';

type Content = Omit<
  Alert,
  'id' | 'repository' | 'strategy' | 'receivedAt' | 'proof' | 'sourceAddress' | 'clientCertificate'
>;

/** How long after its time an alert still counts, and how long before it: clocks differ. */
const TOLERANCE_MS = 5 * 60_000;

/** Entries that have a place of their own; all others are values and fields. */
const OWN = new Set([
  'token',
  'repository',
  'strategy',
  'alert',
  'timenow',
  'order_id',
  'symbol',
  'exchange',
  'interval',
  'message',
]);

const NUMBER = /^[+-]?\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,2})?$/i;
/** Milliseconds since the epoch, as Pine's `timenow` is printed. */
const EPOCH_MS = /^\d{13}$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;

export interface Circumstances {
  /** The kind that the URL names, for messages that name none. */
  readonly kind: string | null;
  /** Whether the time of sending is known otherwise. */
  readonly signed: boolean;
  /** Milliseconds. */
  readonly now: number;
}

export function readContent(entries: Entries, { kind, signed, now }: Circumstances): Reading<Content> {
  const alert = readKind(entries.get('alert') ?? kind);
  if ('mistake' in alert) return alert;
  const timenow = readTime(entries.get('timenow'), signed, now);
  if ('mistake' in timenow) return timenow;
  const others = [...entries].filter(([name]) => !OWN.has(name));
  return {
    value: {
      alert: alert.value,
      timenow: timenow.value,
      orderId: textOf(entries, 'order_id'),
      symbol: textOf(entries, 'symbol'),
      exchange: textOf(entries, 'exchange'),
      interval: textOf(entries, 'interval'),
      message: textOf(entries, 'message'),
      values: Object.fromEntries(others.flatMap(([name, value]) => numbersOf(name, value))),
      fields: Object.fromEntries(
        others.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      ),
    },
  };
}

function readKind(given: string | number | null): Reading<string> {
  if (given === null) {
    return { mistake: 'Say what happened: add "alert": "drawdown", or another word that your rules name.' };
  }
  const { data } = alertKind.safeParse(given);
  if (data !== undefined) return { value: data };
  return { mistake: '"alert" is not one word in small letters, such as position_open.' };
}

function readTime(given: string | number | undefined, signed: boolean, now: number): Reading<string | null> {
  if (given === undefined) {
    if (signed) return { value: null };
    return { mistake: 'Say when it happened: add "timenow": "{{timenow}}".' };
  }
  const at = timeOf(String(given));
  if (Number.isNaN(at)) {
    return {
      mistake:
        '"timenow" is not a time such as 2026-11-21T13:00:00Z. TradingView fills in {{timenow}} in the message of an alert; in Pine\'s alert(), write str.tostring(timenow).',
    };
  }
  if (now - at > TOLERANCE_MS) return { mistake: 'The alert is more than 5 minutes old.' };
  if (at - now > TOLERANCE_MS) return { mistake: 'The alert is more than 5 minutes in the future.' };
  return { value: new Date(at).toISOString() };
}

/** Milliseconds since the epoch, or NaN. */
function timeOf(text: string): number {
  if (EPOCH_MS.test(text)) return Number(text);
  return ISO.test(text) ? Date.parse(text) : Number.NaN;
}

function textOf(entries: Entries, name: string): string | null {
  const value = entries.get(name);
  return value === undefined ? null : String(value);
}

function numbersOf(name: string, value: string | number): [string, number][] {
  if (typeof value === 'number') return [[name, value]];
  return NUMBER.test(value) ? [[name, Number(value)]] : [];
}
