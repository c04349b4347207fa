import type { EvaluationDetails } from '@openfeature/server-sdk';
import { z } from 'zod';
import { VERSION_KEY } from './flags/flag-set.ts';

/** What the flags said of a capability, as plain data. `flagSet` is the version of the set; null: there was none. */
export const evaluation = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('answer'),
    allowed: z.boolean(),
    variant: z.string(),
    /** A targeting rule gave the variant; otherwise it is the one that the flag gives by default. */
    targeted: z.boolean(),
    flagSet: z.string(),
  }),
  z.object({
    /**
     * `disabled`: the flag is switched off; `unknown`: no set has it; `unanswered`: no rule matched and it has no
     * default; `error`: its rules cannot be evaluated; `late`: it took too long.
     */
    kind: z.enum(['disabled', 'unknown', 'unanswered', 'error', 'late']),
    flagSet: z.string().nullable(),
  }),
]);
export type Evaluation = z.infer<typeof evaluation>;

/** `known`: some set has the flag. `latest`: the version of the set to name where the answer names none. */
export function evaluationOf(
  details: EvaluationDetails<boolean> | 'late',
  known: boolean,
  latest: string | null,
): Evaluation {
  if (!known) return { kind: 'unknown', flagSet: latest };
  if (details === 'late') return { kind: 'late', flagSet: latest };
  const version = details.flagMetadata[VERSION_KEY];
  const flagSet = typeof version === 'string' ? version : latest;
  if (details.errorCode) return { kind: 'error', flagSet };
  if (details.reason === 'DISABLED') return { kind: 'disabled', flagSet };
  if (details.variant === undefined || flagSet === null) return { kind: 'unanswered', flagSet };
  const targeted = details.reason === 'TARGETING_MATCH';
  return { kind: 'answer', allowed: details.value, variant: details.variant, targeted, flagSet };
}
