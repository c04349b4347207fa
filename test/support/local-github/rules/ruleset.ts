/** A ruleset of a repository, in GitHub's words, and which branches it is about. */
import { posix } from 'node:path';
import { z } from 'zod';

const rule = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['creation', 'deletion', 'non_fast_forward', 'required_linear_history']) }),
  z.strictObject({
    type: z.literal('update'),
    parameters: z.strictObject({ update_allows_fetch_and_merge: z.boolean() }).optional(),
  }),
  z.strictObject({
    type: z.literal('pull_request'),
    parameters: z.strictObject({
      allowed_merge_methods: z.array(z.enum(['merge', 'squash', 'rebase'])).optional(),
      dismiss_stale_reviews_on_push: z.boolean(),
      require_code_owner_review: z.boolean(),
      require_last_push_approval: z.boolean(),
      required_approving_review_count: z.int().min(0).max(10),
      required_review_thread_resolution: z.boolean(),
    }),
  }),
  z.strictObject({
    type: z.literal('required_status_checks'),
    parameters: z.strictObject({
      do_not_enforce_on_create: z.boolean().optional(),
      required_status_checks: z.array(
        z.strictObject({ context: z.string().min(1), integration_id: z.int().optional() }),
      ),
      strict_required_status_checks_policy: z.boolean(),
    }),
  }),
]);
export type Rule = z.infer<typeof rule>;

const patterns = z.array(z.string());
/** What GitHub takes to create a ruleset; to change one, any part of it. */
export const rulesetBody = z.strictObject({
  name: z.string().min(1),
  target: z.enum(['branch', 'tag', 'push']).default('branch'),
  enforcement: z.enum(['disabled', 'active', 'evaluate']),
  bypass_actors: z
    .array(
      z.strictObject({
        actor_id: z.int().nullable(),
        actor_type: z.enum(['Integration', 'OrganizationAdmin', 'RepositoryRole', 'Team', 'DeployKey']),
        bypass_mode: z.enum(['always', 'pull_request', 'exempt']).default('always'),
      }),
    )
    .default([]),
  conditions: z
    .strictObject({ ref_name: z.strictObject({ include: patterns, exclude: patterns }) })
    .optional(),
  rules: z.array(rule).default([]),
});
export type RulesetBody = z.input<typeof rulesetBody>;

export type Ruleset = z.output<typeof rulesetBody> & {
  readonly id: number;
  /** `owner/name`. */
  readonly repository: string;
  /** ISO 8601. */
  readonly created_at: string;
  readonly updated_at: string;
};

/** Whether an active ruleset is about this branch. GitHub matches as fnmatch with FNM_PATHNAME does. */
export function governs(ruleset: Ruleset, branch: string, defaultBranch: string): boolean {
  if (ruleset.target !== 'branch' || ruleset.enforcement !== 'active') return false;
  const { include, exclude } = ruleset.conditions?.ref_name ?? { include: [], exclude: [] };
  const matches = (pattern: string) => {
    if (pattern === '~ALL') return true;
    if (pattern === '~DEFAULT_BRANCH') return branch === defaultBranch;
    return posix.matchesGlob(`refs/heads/${branch}`, pattern);
  };
  return include.some(matches) && !exclude.some(matches);
}
