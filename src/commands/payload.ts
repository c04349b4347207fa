/** The payload of a job of kind `command`: who asked for what, and where. */
import { z } from 'zod';
import { writtenCommand } from './parse.ts';

/** Where a command was given: in a comment, or with GitHub's buttons on a check run or check suite. */
const origin = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('comment'),
    commentId: z.int(),
    /** ISO 8601: what the person saw is not younger. */
    updatedAt: z.string(),
    /** Whether the person is, or is a member of, the repository's owner; null: not known. */
    member: z.boolean().nullable().default(null),
  }),
  z.object({
    type: z.literal('check_run'),
    /** The id of the run that the check run shows. */
    runId: z.string(),
    headSha: z.string(),
  }),
  z.object({ type: z.literal('check_suite'), headSha: z.string() }),
]);
export type Origin = z.infer<typeof origin>;

export const commandPayload = z.object({
  repositoryId: z.int(),
  sender: z.string(),
  origin,
  command: writtenCommand,
});
export type CommandPayload = z.infer<typeof commandPayload>;
