/** What may become of a merge, and every reason for it. */
import { z } from 'zod';

/** Who can mend a reason. */
const OWNERS = ['author', 'reviewer', 'operator', 'GitHub', 'CI'] as const;
export type Owner = (typeof OWNERS)[number];

/** `cancel` ends the intent; `block` needs a person; `wait` goes away by itself. */
const EFFECTS = ['cancel', 'block', 'wait'] as const;
export type Effect = (typeof EFFECTS)[number];

const reason = z.object({
  /** Stable, for logs and documentation: `head_moved`. */
  code: z.string(),
  effect: z.enum(EFFECTS),
  owner: z.enum(OWNERS),
  /** What is the matter, as prose: one sentence; backticks mark code, nothing else is markup. */
  what: z.string(),
  /** What to do next, and by whom; a sentence like `what`. */
  next: z.string(),
});
export type Reason = z.infer<typeof reason>;

export const decision = z.object({
  action: z.enum(['merge', 'wait', 'block', 'cancel', 'done']),
  /** In the order of the rules; empty for `merge` and `done`. */
  reasons: z.array(reason),
});
export type Decision = z.infer<typeof decision>;
