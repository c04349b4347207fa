/** What sandbox/install.py says, one JSON object a line on stderr, each with the run's nonce. */
import { z } from 'zod';

const text = z.string().max(200_000);
const names = z.array(z.string().max(1_000)).max(10_000);

export const installEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('step'), step: z.enum(['install', 'command']), tool: text }),
  /** A line that the installer printed. */
  z.object({ event: z.literal('output'), text }),
  /** The last word. `missing`: names that are not installed; `mismatched`: sentences about other
   * versions; `refused`: about those that the project's own declarations rule out. */
  z.object({
    event: z.literal('outcome'),
    outcome: z.enum(['satisfied', 'installed', 'unreachable', 'no_match', 'disk_full', 'failed']),
    text,
    missing: names,
    mismatched: names,
    refused: names,
  }),
]);
export type InstallEvent = z.infer<typeof installEvent>;
export type InstallOutcome = Extract<InstallEvent, { event: 'outcome' }>;
