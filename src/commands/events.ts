/** The fields that Codex reads of GitHub's webhook payloads. Everything else in them is not looked at. */
import { z } from 'zod';

const id = z.int().min(0);
const number = z.int().min(1);
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const fullName = z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/);

const common = z.object({
  action: z.string(),
  repository: z.object({ id, full_name: fullName }),
  sender: z.object({ login: z.string().min(1).max(100), type: z.string() }),
  /** Absent where webhooks are not an App's. */
  installation: z.object({ id }).optional(),
});
export type Common = z.infer<typeof common>;

export const issueComment = common.extend({
  issue: z.object({ number, pull_request: z.object({}).nullish() }),
  comment: z.object({
    id,
    body: z.string().nullable(),
    updated_at: z.iso.datetime({ offset: true }),
    author_association: z.string().optional(),
  }),
  changes: z.object({ body: z.object({ from: z.string() }).optional() }).optional(),
});

export const checkRun = common.extend({
  check_run: z.object({ name: z.string(), head_sha: sha, external_id: z.string().max(200).nullish() }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
});

export const checkSuite = common.extend({ check_suite: z.object({ id, head_sha: sha }) });

export const pullRequest = common.extend({
  pull_request: z.object({
    number,
    head: z.object({ sha }),
    updated_at: z.iso.datetime({ offset: true }),
  }),
});

/** Reviews, their threads, and what happens to the pull request itself. */
export const pullEvent = common.extend({ pull_request: z.object({ number }) });

/** Neither has an action. */
export const status = common.omit({ action: true }).extend({ sha });

const paths = z.array(z.string()).default([]);
export const push = common.omit({ action: true }).extend({
  ref: z.string().max(1_000),
  forced: z.boolean().default(false),
  /** What was pushed, at most 2,048. */
  commits: z.array(z.object({ added: paths, modified: paths, removed: paths })).default([]),
});

/** The branch of a ref; null: it is none, but a tag. */
export function branchOf(ref: string): string | null {
  return /^refs\/heads\/(.+)$/s.exec(ref)?.[1] ?? null;
}

export const installation = z.object({ action: z.string(), installation: z.object({ id }) });

export const installationRepositories = installation.extend({
  repositories_removed: z.array(z.object({ full_name: fullName })),
});
