/**
 * The two rulesets that make governance true on GitHub. "Restrict updates" alone has a bypass, and only for the App: it
 * is what nobody else can push or merge through. What the App must keep to as well (a pull request, its checks, no
 * forced push) stands in the other one, without any. `codex/pr` is not required: it ends with the merge.
 */
import type { NewRuleset } from '../../github/ruleset.ts';
import { PLAN_CHECK } from '../../plan/check-names.ts';
import type { RepositoryConfig } from '../../repository/config.ts';
import { GOVERNANCE_CHECK } from '../check-name.ts';

export const UPDATES = 'Codex: restrict updates';
export const REQUIREMENTS = 'Codex: pull requests and checks';

export interface Wishes {
  readonly config: Pick<RepositoryConfig['governance'], 'protected'>;
  readonly appId: number;
  /** Approvals that a pull request needs. */
  readonly approvals: number;
}

export function wantedRulesets({ config, appId, approvals }: Wishes): readonly NewRuleset[] {
  const where = { enforcement: 'active' as const, include: refsOf(config.protected), exclude: [] };
  const bound = [PLAN_CHECK, GOVERNANCE_CHECK].map((context) => ({ context, integration_id: appId }));
  return [
    { ...where, name: UPDATES, bypassApps: [appId], rules: [{ type: 'update' }] },
    {
      ...where,
      name: REQUIREMENTS,
      bypassApps: [],
      rules: [
        { type: 'deletion' },
        { type: 'non_fast_forward' },
        {
          type: 'pull_request',
          parameters: {
            required_approving_review_count: approvals,
            dismiss_stale_reviews_on_push: true,
            require_code_owner_review: false,
            require_last_push_approval: false,
            required_review_thread_resolution: false,
            allowed_merge_methods: ['squash'],
          },
        },
        {
          type: 'required_status_checks',
          parameters: {
            required_status_checks: bound,
            // Codex plans again itself where the base has moved; a head that is behind is no obstacle.
            strict_required_status_checks_policy: false,
            // A new release branch has no check yet.
            do_not_enforce_on_create: true,
          },
        },
      ],
    },
  ];
}

/** GitHub's patterns of refs. Its `**` at an end does not cross slashes, as ours does: `**` followed by `/*` does. */
function refsOf(patterns: readonly string[]): string[] {
  const refs = patterns.flatMap((pattern) => {
    if (pattern === '**') return ['~ALL'];
    const ref = `refs/heads/${pattern}`;
    return pattern.endsWith('**') ? [ref, `${ref}/*`] : [ref];
  });
  return [...new Set(refs)];
}
