/** What sections of `.github/codex.yml` have in common. */
import { z } from 'zod';

const MAX_ITEMS = 100;

/** Exactly these keys. */
export const map = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, 'must be a map of keys and values');

/** Text that a person reads on one line. */
export const line = z
  .string('must be text: put it in quotes')
  .min(1, 'is empty')
  .max(256, 'is longer than 256 characters')
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'has control or invisible characters');

/** `what`: the items, for a person. */
export const listOf = <Item extends z.ZodType>(item: Item, what: string) =>
  z.array(item, `must be a list of ${what}`).max(MAX_ITEMS, `has more than ${MAX_ITEMS} items`);

export const lines = (what: string) => listOf(line, what);

export const yesOrNo = z.boolean('must be true or false');

/** A whole number of `what`. */
export const count = (what: string, least: number, most = Number.MAX_SAFE_INTEGER) =>
  z
    .int(`must be a whole number of ${what}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

/** What the `values` and `fields` of alerts are called. */
export const entryName = z
  .string('must be text')
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,49}$/, 'is not a name of letters, digits and "_"');
