/** A comment's body → the commands it gives. Pure; what the words mean is the registry's business. */
import { split } from 'shlex';
import { z } from 'zod';
import { commandLines } from './markdown.ts';

/** A command as somebody wrote it. */
export const writtenCommand = z.object({
  /** The line, spaces made plain: `/codex plan -k "a or b"`. */
  text: z.string(),
  /** In lower case; empty for a bare `/codex`. */
  name: z.string(),
  /** The words after the name, unquoted as a POSIX shell does. */
  words: z.array(z.string()),
  /** Why the line cannot be read, for the person who wrote it. */
  mistake: z.string().nullable(),
});
export type WrittenCommand = z.infer<typeof writtenCommand>;

export const MAX_COMMANDS = 10;
const MAX_LINE = 4_000;
const UNICODE_SPACE = /[\p{Zs}\t\uFEFF\u200B]/gu;
const CURLY_QUOTE = /[“”„]/g;

/** The commands of a comment in order, at most `MAX_COMMANDS`; a further one is a mistake and the last. */
export function parseComment(body: string): WrittenCommand[] {
  const lines = commandLines(body);
  const commands = lines.slice(0, MAX_COMMANDS).map(parseLine);
  const next = lines[MAX_COMMANDS];
  if (next === undefined) return commands;
  const mistake = `A comment may hold ${MAX_COMMANDS} commands; this one and those after it were not run.`;
  return [...commands, { ...parseLine(next), words: [], mistake }];
}

/**
 * The commands that an edit added: those of `after` without those of `before`, each as often as it was there.
 * `before` is null for a new comment.
 */
export function newCommands(before: string | null, after: string): WrittenCommand[] {
  const old = new Map<string, number>();
  for (const command of parseComment(before ?? '')) {
    old.set(identity(command), (old.get(identity(command)) ?? 0) + 1);
  }
  return parseComment(after).filter((command) => {
    const left = old.get(identity(command)) ?? 0;
    old.set(identity(command), left - 1);
    return left <= 0;
  });
}

/** Spacing, quoting and the name's case do not make another command. */
function identity({ name, words, mistake, text }: WrittenCommand): string {
  return JSON.stringify(mistake === null ? [name, words] : [text]);
}

/** `line` is what stands after `/codex`. */
function parseLine(line: string): WrittenCommand {
  const rest = line.replaceAll(UNICODE_SPACE, ' ').trim();
  const text = `/codex ${rest}`.trim().slice(0, MAX_LINE);
  const unread = (mistake: string) => ({ text, name: firstWord(rest), words: [], mistake });
  if (rest.length > MAX_LINE) return unread(`The command is longer than ${MAX_LINE} characters.`);
  const words = splitWords(rest);
  if (!words) return unread('A quote is opened and never closed, or the line ends in a backslash.');
  const [name = '', ...others] = words;
  return { text, name: name.toLowerCase(), words: others, mistake: null };
}

function firstWord(rest: string): string {
  return (rest.split(' ', 1)[0] ?? '').toLowerCase();
}

/** Null where a quote or an escape is left open: the one thing `shlex` refuses. Telephones write curly quotes. */
function splitWords(rest: string): string[] | null {
  try {
    return split(rest.replaceAll(CURLY_QUOTE, '"'));
  } catch {
    return null;
  }
}
