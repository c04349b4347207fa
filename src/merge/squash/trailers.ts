/** Trailers as `git interpret-trailers` reads them: the last paragraph of a message, a `Key: value` on each line. */
import type { CommitAuthor } from '../../github/pull-commits.ts';
import { cleanLine } from './clean.ts';

export interface Trailer {
  readonly key: string;
  readonly value: string;
}

const LINE = /^([A-Za-z0-9][A-Za-z0-9-]*):[ \t]*(\S.*)$/;
/** Keys of one word that are customary; those of several (`Signed-off-by`) need no list. */
const CUSTOMARY = new Set(['fixes', 'closes', 'resolves', 'refs', 'cc', 'link', 'bug', 'issue']);
/** What only Codex says of a merge. */
const OWN = /^(?:ticket|codex-[a-z-]*|co-authored-by)$/i;
const OWN_LINE = /^[ \t]*(?:codex-[a-z-]*|co-authored-by)[ \t]*:.*\n?/gim;

/** Authors that are named; GitHub lists at most 250 commits. */
const MOST_CO_AUTHORS = 100;
const EMAIL = /^[^\s<>\p{Cc}\p{Cf}]{1,254}$/u;

/** `text` without the lines that only Codex writes: whoever wrote a description proves nothing with them. */
export function withoutOwnTrailers(text: string): string {
  return text.replace(OWN_LINE, '').trim();
}

/** A message's text and the trailers at its end, where its last paragraph holds nothing else. */
export function splitTrailers(message: string): {
  readonly text: string;
  readonly trailers: readonly Trailer[];
} {
  const paragraphs = message.trim().split(/\n{2,}/);
  const lines = (paragraphs.at(-1) ?? '').split('\n');
  const trailers = lines.flatMap((line) => trailerOf(line) ?? []);
  if (trailers.length < lines.length) return { text: message.trim(), trailers: [] };
  return {
    text: paragraphs.slice(0, -1).join('\n\n'),
    trailers: trailers.filter(({ key }) => !OWN.test(key)),
  };
}

function trailerOf(line: string): Trailer | null {
  const [, key = '', value = ''] = LINE.exec(line.trim()) ?? [];
  const customary = key.includes('-') || CUSTOMARY.has(key.toLowerCase());
  return customary ? { key, value: cleanLine(value) } : null;
}

/**
 * `Co-authored-by` for everybody but `author`, whom GitHub makes the author of the squashed commit; one for each
 * address.
 */
export function coAuthors(authors: readonly CommitAuthor[], author: string): Trailer[] {
  const own = new Set(authors.filter(({ login }) => sameLogin(login, author)).map(addressOf));
  const byAddress = new Map<string, Trailer>();
  for (const each of authors) {
    const address = addressOf(each);
    const name = cleanLine(each.name.replace(/[<>]/g, ' '));
    if (own.has(address) || byAddress.has(address) || name === '' || !EMAIL.test(each.email)) continue;
    byAddress.set(address, { key: 'Co-authored-by', value: `${name} <${each.email}>` });
  }
  return [...byAddress.values()].slice(0, MOST_CO_AUTHORS);
}

function addressOf({ email }: CommitAuthor): string {
  return email.toLowerCase();
}

function sameLogin(login: string | null, author: string): boolean {
  return login?.toLowerCase() === author.toLowerCase();
}
