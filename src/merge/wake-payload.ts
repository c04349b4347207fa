/** Jobs of kind `wake`: something happened that intents may wait for. What, is looked up; only where is said. */
import { z } from 'zod';

export const WAKE = 'wake';

export const wakePayload = z.object({
  repositoryId: z.int(),
  /** Which intents to look at: of a pull request, of a head, or all that wait for a base. */
  target: z.discriminatedUnion('type', [
    z.object({ type: z.literal('pull'), number: z.int() }),
    z.object({ type: z.literal('head'), sha: z.string() }),
    z.object({ type: z.literal('base'), ref: z.string() }),
  ]),
});
export type WakePayload = z.infer<typeof wakePayload>;
