/** Reads what is written on the command line. What a reader throws, commander tells the person. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { repositoryName } from '../alerts/alert.ts';
import { messageOf, UserError } from '../errors.ts';

/** A whole number in this range. */
export function wholeNumber(from: number, to: number): (argument: string) => number {
  return (argument) => {
    const value = /^\d+$/.test(argument) ? Number(argument) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(`Give a whole number from ${from} to ${to}.`);
  };
}

/** A text that `schema` takes; the schema's words go on from "it". */
export function matching(schema: z.ZodType<string>): (argument: string) => string {
  return (argument) => {
    const parsed = schema.safeParse(argument);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(`It ${parsed.error.issues[0]?.message}.`);
  };
}

/** `OWNER/REPO`. */
export const repositoryArgument = matching(repositoryName);

/** The text of the file at this path. Throws `UserError` where it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const what = `${path} cannot be read: ${messageOf(error)}.`;
    throw new UserError(what, 'Give the path of a text file.', { cause: error });
  }
}
