/** The proof of a merge: who asked, what was tested, what landed. Stored with the intent. */
import { z } from 'zod';

export const receipt = z.object({
  id: z.string(),
  repository: z.string(),
  pull: z.int(),
  title: z.string(),
  baseRef: z.string(),
  headRef: z.string(),
  headSha: z.string(),
  requestedBy: z.string(),
  /** The requester's role on the repository at the time. */
  permission: z.string(),
  /** By which entitlement, in words. */
  entitlement: z.string(),
  approvals: z.array(z.object({ login: z.string(), commitId: z.string().nullable() })),
  checks: z.array(z.object({ name: z.string(), conclusion: z.string(), url: z.string().nullable() })),
  /** `title`: what it came to, e.g. `12 passed`. */
  plan: z.object({
    id: z.string(),
    tree: z.string(),
    baseSha: z.string(),
    title: z.string().default(''),
    url: z.string().nullable(),
  }),
  commit: z.object({ sha: z.string(), tree: z.string(), parents: z.array(z.string()), url: z.string() }),
  /** Whether the tree that landed is the tested one, on the expected base, and if not, why, in words. */
  verified: z.boolean(),
  mismatches: z.array(z.string()),
  /** What became of the head branch. */
  branch: z.enum(['deleted', 'kept', 'moved', 'gone']),
  /** Milliseconds since the epoch. */
  askedAt: z.int(),
  mergedAt: z.int(),
});
export type Receipt = z.infer<typeof receipt>;
