import { z } from 'zod';
import { boundApp, combineRequirements, NO_REQUIREMENTS, type Requirements } from './branch-requirements.ts';
import type { Octokit, RepositoryName } from './client.ts';

const pullRequestRule = z
  .object({
    type: z.literal('pull_request'),
    parameters: z.object({
      required_approving_review_count: z.int(),
      dismiss_stale_reviews_on_push: z.boolean(),
      required_review_thread_resolution: z.boolean(),
    }),
  })
  .transform(
    ({ parameters }): Requirements => ({
      ...NO_REQUIREMENTS,
      approvals: parameters.required_approving_review_count,
      dismissStale: parameters.dismiss_stale_reviews_on_push,
      threadResolution: parameters.required_review_thread_resolution,
    }),
  );

const checksRule = z
  .object({
    type: z.literal('required_status_checks'),
    parameters: z.object({
      required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.int().nullish() })),
    }),
  })
  .transform(
    ({ parameters }): Requirements => ({
      ...NO_REQUIREMENTS,
      checks: parameters.required_status_checks.map(({ context, integration_id }) => ({
        context,
        appId: boundApp(integration_id),
      })),
    }),
  );

/** All others: where one stands in the way of a merge, GitHub says so when it refuses it. */
const DECIDING = new Set(['pull_request', 'required_status_checks']);
const otherRule = z
  .object({ type: z.string().refine((type) => !DECIDING.has(type)) })
  .transform(() => NO_REQUIREMENTS);

const rules = z.array(z.union([pullRequestRule, checksRule, otherRule]));

/**
 * What the active rulesets that apply to a branch ask for, those of the organization too. Throws a `ZodError` where a
 * rule that decides does not read as GitHub documents it.
 */
export async function readRulesetRequirements(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
): Promise<Requirements> {
  const data = await octokit.paginate(octokit.rest.repos.getBranchRules, {
    ...name,
    branch,
    per_page: 100,
  });
  return combineRequirements(rules.parse(data));
}
