/**
 * The message of an alert, as TradingView sends it: one flat JSON object, or text with a line `name: value` for
 * each entry. What is wrong is said in words for whoever wrote it in the alert editor; of the message, they
 * repeat only names of entries.
 */
import { isUtf8 } from 'node:buffer';
import { redact } from '../../redact.ts';
import { entryName, MAX_ENTRIES, MAX_MESSAGE, MAX_TEXT } from '../alert.ts';

export type Entries = ReadonlyMap<string, string | number>;
export type Reading<Value> = { readonly value: Value } | { readonly mistake: string };

/** Names in small letters only: "Grid: order filled" is a sentence. */
const LINE = /^([a-z][a-z0-9_]{0,49})[ \t]*[:=][ \t]*(.*)$/;
/** The only entry that may be long. */
const MESSAGE = 'message';
/** The only entry that may hold a credential, as it is never stored. */
const TOKEN = 'token';

export function readMessage(contentType: string | undefined, body: Buffer): Reading<Entries> {
  const type = /^[^;\s]*/.exec(contentType ?? '')?.[0].toLowerCase();
  if (type !== 'application/json' && type !== 'text/plain') {
    return { mistake: 'Send the message as application/json or text/plain.' };
  }
  if (!isUtf8(body)) return { mistake: 'The message is not UTF-8 text.' };
  const text = body.toString().trim();
  if (text === '') {
    return { mistake: 'The message is empty: `codexctl tradingview template` prints one to begin with.' };
  }
  // TradingView sends as text what was meant to be JSON and is not.
  return type === 'application/json' || text.startsWith('{') ? readJson(text) : checked(linesOf(text));
}

function readJson(text: string): Reading<Entries> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { mistake: notJson(error) };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { mistake: 'The message is not one JSON object, { "alert": … }.' };
  }
  return checked(Object.entries(parsed));
}

function notJson(error: unknown): string {
  const place = error instanceof Error ? /line \d+ column \d+/.exec(error.message)?.[0] : undefined;
  const where = place === undefined ? '' : ` at ${place}`;
  return `The message is not JSON${where}. Write each {{placeholder}} in quotes: TradingView may put NaN or text there.`;
}

/** Entries of a text; what is in no line of one is its message. */
function linesOf(text: string): [string, unknown][] {
  const entries: [string, unknown][] = [];
  const rest: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined) rest.push(line);
    else entries.push([name, value?.trim()]);
  }
  const message = rest.join('\n').trim();
  if (message !== '') entries.push([MESSAGE, message]);
  return entries;
}

function checked(given: readonly [string, unknown][]): Reading<Entries> {
  if (given.length > MAX_ENTRIES) return { mistake: `The message has more than ${MAX_ENTRIES} entries.` };
  const entries = new Map<string, string | number>();
  for (const [index, [name, value]] of given.entries()) {
    const wrong = entryName.safeParse(name).error?.issues[0]?.message;
    if (wrong !== undefined) return { mistake: `The name of entry ${index + 1} ${wrong}.` };
    if (entries.has(name)) return { mistake: `"${name}" is there twice.` };
    if (value === null || value === '') continue;
    const reading = readValue(name, value);
    if ('mistake' in reading) return { mistake: `"${name}" ${reading.mistake}.` };
    entries.set(name, reading.value);
  }
  return { value: entries };
}

function readValue(name: string, value: unknown): Reading<string | number> {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? { value } : { mistake: 'is too large a number' };
  }
  if (typeof value === 'boolean') return { value: String(value) };
  if (typeof value !== 'string') {
    return { mistake: 'holds other entries: write each of them beside it, such as "position_size"' };
  }
  const text = name === TOKEN ? value : redact(value.toWellFormed());
  const longest = name === MESSAGE ? MAX_MESSAGE : MAX_TEXT;
  return text.length > longest ? { mistake: `is longer than ${longest} characters` } : { value: text };
}
