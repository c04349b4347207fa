import { shortened, visibleLine } from '../markdown/text.ts';

/** Bytes; GitHub's longest branch name has 255, and several names share a sentence. */
const LONGEST_NAME = 120;
const MOST_NAMES = 8;

/** A stranger's name (branch, check, login) as code in a reason's sentence. */
export function quoted(name: string): string {
  return `\`${shortened(visibleLine(name).replaceAll('`', "'"), LONGEST_NAME).trim() || '(blank)'}\``;
}

/** The first characters of a commit id, as code. */
export function commit(sha: string): string {
  return quoted(sha.slice(0, 7));
}

/** `a`, `a and b`, `a, b and c`; of very many the first few. */
export function enumerated(words: readonly string[]): string {
  const shown =
    words.length > MOST_NAMES
      ? [...words.slice(0, MOST_NAMES), `${words.length - MOST_NAMES} more`]
      : [...words];
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** `1 approval`, `2 approvals`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2026-11-21 09:30 UTC`. `at`: milliseconds since the epoch. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
