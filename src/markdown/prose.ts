/**
 * Sentences that may quote a stranger: notes, titles. GitHub links and notifies from plain text (@user, #1,
 * owner/repo#1, GH-1, commit ids, URLs, e-mail) even where markdown is escaped, but never from code. So only
 * ordinary words and numbers stay text, and everything else becomes code.
 */
import type { PhrasingContent } from 'mdast';
import { code } from './document.ts';
import { cut, visibleLine } from './text.ts';

const LONGEST = 600;

const OPENING = /^["'(]+/;
const CLOSING = /["').,;:!?…]+$/;
const WORD = /^\p{L}\p{M}*(?:['’/-]?\p{L}\p{M}*)*$/u;
/** Without its last dot, which closes it. */
const ABBREVIATION = 'e.g';
const NUMBER = /^\d{1,3}(?:,\d{3})*(?:\.\d+)?%?$|^\d{1,6}$/;
/** Bounded by what is no ASCII letter: GitHub finds a commit id in the middle of other scripts. */
const COMMIT = /\b[0-9a-f]{7,64}\b/i;
const DASHES = /^[-–—·+/=]$/;

interface Piece {
  readonly quoted: boolean;
  readonly text: string;
}

/** One line of markdown that reads as `sentence`; parts between backticks are code, at most 600 bytes are kept. */
export function prose(sentence: string): PhrasingContent[] {
  const line = cut(visibleLine(sentence.replace(/\s+/g, ' ').trim()), LONGEST);
  const pieces = line
    .split(/`([^`]+)`/)
    .flatMap((part, index) =>
      index % 2 === 1 ? [{ quoted: true, text: part }] : part.split(/( )/).flatMap(piecesOf),
    );
  return together(pieces).map(({ quoted, text }) =>
    quoted ? code(text, LONGEST) : { type: 'text', value: text },
  );
}

/** Neighbours of one kind share a piece: two codes that touch would be read as something else. */
function together(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.quoted === piece.quoted) joined[joined.length - 1] = { ...last, text: last.text + piece.text };
    else joined.push(piece);
  }
  return joined;
}

function piecesOf(word: string): Piece[] {
  if (word === '' || word === ' ' || DASHES.test(word))
    return word === '' ? [] : [{ quoted: false, text: word }];
  const opening = OPENING.exec(word)?.[0] ?? '';
  const closing = CLOSING.exec(word.slice(opening.length))?.[0] ?? '';
  const core = word.slice(opening.length, word.length - closing.length);
  const pieces = [
    { quoted: false, text: opening },
    { quoted: core !== '' && !isOrdinary(core), text: core },
    { quoted: false, text: closing },
  ];
  return pieces.filter(({ text }) => text !== '');
}

function isOrdinary(word: string): boolean {
  const isPlain = WORD.test(word) || NUMBER.test(word) || word === ABBREVIATION;
  return isPlain && !COMMIT.test(word);
}
