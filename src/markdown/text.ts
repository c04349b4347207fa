/**
 * Text that strangers wrote (names of tests, output, tracebacks), made fit to be looked at: what a reader could
 * not see is shown as Python's escape for it, and every cut falls between two code points and is announced.
 * Sizes are UTF-8 bytes: GitHub counts a check run's text so, and no other count of a text is larger.
 */
const ESCAPE = String.fromCharCode(27);
const COLOURS = new RegExp(`${ESCAPE}\\[[\\d;:?]*[A-Za-z]`, 'g');

/** Control, formatting (bidirectional marks, joiners) and invisible characters, but emoji's own selector. */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]--[\ufe0f]]/gv;
const UNSEEN_IN_LINES = /[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]--[\ufe0f\n\t]]/gv;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `text` as one line without terminal colours, each unseen character as its escape (`\n`, `\x00`, `\u202e`). */
export function visibleLine(text: string): string {
  return text.toWellFormed().replace(COLOURS, '').replace(UNSEEN, escapeOf);
}

/** The same for a text of several lines: line ends and tabs stay. */
export function visibleLines(text: string): string {
  const lines = text.toWellFormed().replace(COLOURS, '').replace(/\r\n?/g, '\n');
  return lines.replace(UNSEEN_IN_LINES, escapeOf);
}

function escapeOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  if (point < 0x100) return SHORT_ESCAPES[character] ?? `\\x${hex.padStart(2, '0')}`;
  return point < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** UTF-8 bytes of `text`. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/**
 * The longest beginning of `text` of whole code points in at most `bytes` bytes. What was cut is a copy, which
 * does not keep the whole text in memory.
 */
export function beginning(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  const encoded = Buffer.from(text);
  let end = Math.max(0, bytes);
  while (end > 0 && isContinuation(encoded[end])) end--;
  return encoded.toString('utf8', 0, end);
}

/** The longest end of `text`, likewise. */
export function ending(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  const encoded = Buffer.from(text);
  let start = encoded.length - Math.max(0, bytes);
  while (start < encoded.length && isContinuation(encoded[start])) start++;
  return encoded.toString('utf8', start);
}

/** The second and later bytes of one code point in UTF-8 are 10xxxxxx. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** `text` in at most `bytes` bytes, its middle left out as `…` where it is longer; the end tells more. */
export function shortened(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  const first = Math.floor((bytes - 3) / 3);
  return `${beginning(text, first)}…${ending(text, bytes - 3 - first)}`;
}

/** The beginning of `text` in at most `bytes` bytes, with `…` where it was cut. */
export function cut(text: string, bytes: number): string {
  return bytesOf(text) <= bytes ? text : `${beginning(text, bytes - 3)}…`;
}
