/** What sections of `.github/codex.yml` have in common. */
import { z } from 'zod';

export const MAX_ITEMS = 100;
export const NOT_A_MAP = 'must be a map of keys and values';

/** Text that a person reads on one line. */
export const line = z
  .string('must be text: put it in quotes')
  .min(1, 'is empty')
  .max(256, 'is longer than 256 characters')
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'has control or invisible characters');

/** A list of such texts; `what` they are. */
export const lines = (what: string) =>
  z.array(line, `must be a list of ${what}`).max(MAX_ITEMS, `has more than ${MAX_ITEMS} items`);
