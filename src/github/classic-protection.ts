import { z } from 'zod';
import { boundApp, NO_REQUIREMENTS, type RequiredCheck, type Requirements } from './branch-requirements.ts';
import type { Octokit, RepositoryName } from './client.ts';
import { unlessGone } from './failure.ts';

const statusChecks = z.object({
  contexts: z.array(z.string()).default([]),
  checks: z.array(z.object({ context: z.string(), app_id: z.int().nullish() })).default([]),
});

const protection = z.object({
  required_status_checks: statusChecks.nullish(),
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.int().default(0),
      dismiss_stale_reviews: z.boolean().default(false),
    })
    .nullish(),
  required_conversation_resolution: z.object({ enabled: z.boolean().default(false) }).nullish(),
  restrictions: z.object({ apps: z.array(z.object({ slug: z.string() })).default([]) }).nullish(),
});
type Protection = z.infer<typeof protection>;

/** What the classic protection of a branch asks for; nothing where the branch has none. Needs `administration: read`. */
export async function readClassicRequirements(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
): Promise<Requirements> {
  const classic = await readProtection(octokit, name, branch);
  return classic === null ? NO_REQUIREMENTS : requirementsOf(classic);
}

/**
 * Slugs of the Apps that may push to a branch and merge into it by its classic protection; null where that restricts
 * nobody. Needs `administration: read`.
 */
export async function readPushingApps(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
): Promise<readonly string[] | null> {
  const classic = await readProtection(octokit, name, branch);
  return classic?.restrictions?.apps.map(({ slug }) => slug) ?? null;
}

async function readProtection(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
): Promise<Protection | null> {
  const answer = await unlessGone(octokit.rest.repos.getBranchProtection({ ...name, branch }));
  return answer && protection.parse(answer.data);
}

function requirementsOf(classic: Protection): Requirements {
  const reviews = classic.required_pull_request_reviews;
  return {
    ...NO_REQUIREMENTS,
    approvals: reviews?.required_approving_review_count ?? 0,
    dismissStale: reviews?.dismiss_stale_reviews ?? false,
    threadResolution: classic.required_conversation_resolution?.enabled ?? false,
    checks: requiredChecks(classic.required_status_checks),
  };
}

/** `contexts` is the older list of the same checks, without their Apps; older GitHub servers know no other. */
function requiredChecks(required: z.infer<typeof statusChecks> | null | undefined): RequiredCheck[] {
  const checks = (required?.checks ?? []).map(({ context, app_id }) => ({
    context,
    appId: boundApp(app_id),
  }));
  const named = new Set(checks.map((check) => check.context));
  const unnamed = (required?.contexts ?? []).filter((context) => !named.has(context));
  return [...checks, ...unnamed.map((context) => ({ context, appId: null }))];
}
