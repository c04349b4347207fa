/** What a ruleset is: as it is read, whoever wrote it, and as governance writes it. Pure. */
import { z } from 'zod';

export interface RulesetSummary {
  readonly id: number;
  readonly name: string;
  /** `branch`, `tag`, `push`, `repository`. */
  readonly target: string;
  readonly enforcement: 'active' | 'evaluate' | 'disabled';
  /** `Repository`: its own; else of the organization or enterprise named by `source`. */
  readonly sourceType: 'Repository' | 'Organization' | 'Enterprise';
  readonly source: string;
}

export interface Ruleset extends RulesetSummary {
  /** Null: GitHub shows them only to who may write the ruleset. */
  readonly bypassActors: readonly BypassActor[] | null;
  /** Patterns such as `refs/heads/release/*`; or `~ALL`, `~DEFAULT_BRANCH`. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly Rule[];
}

interface BypassActor {
  /** Null for kinds of actors of which there is but one. */
  readonly actorId: number | null;
  /** `Integration`: an App; `Team`, `User`, `RepositoryRole`, `OrganizationAdmin`, `DeployKey`. */
  readonly actorType: string;
  /** `always`, `pull_request`, `exempt`. */
  readonly mode: string;
}

interface Rule {
  /** GitHub's own word: `update`, `pull_request`, … */
  readonly type: string;
  /** As GitHub documents them for this type; empty where it has none. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A ruleset for branches, as governance writes it. */
export interface NewRuleset {
  readonly name: string;
  readonly enforcement: 'active' | 'evaluate' | 'disabled';
  /** Apps that may do what the rules forbid, by id. */
  readonly bypassApps: readonly number[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly NewRule[];
}

/** In the words of GitHub's API. */
type NewRule =
  | { type: 'update' | 'deletion' | 'non_fast_forward' | 'required_linear_history' }
  | {
      type: 'pull_request';
      parameters: {
        required_approving_review_count: number;
        dismiss_stale_reviews_on_push: boolean;
        require_code_owner_review: boolean;
        require_last_push_approval: boolean;
        required_review_thread_resolution: boolean;
        allowed_merge_methods?: ('merge' | 'squash' | 'rebase')[];
      };
    }
  | {
      type: 'required_status_checks';
      parameters: {
        required_status_checks: { context: string; integration_id?: number }[];
        strict_required_status_checks_policy: boolean;
        do_not_enforce_on_create?: boolean;
      };
    };

const summary = z.object({
  id: z.int(),
  name: z.string(),
  target: z.string().default('branch'),
  enforcement: z.enum(['active', 'evaluate', 'disabled']),
  source_type: z.enum(['Repository', 'Organization', 'Enterprise']),
  source: z.string(),
});

const ruleset = summary.extend({
  bypass_actors: z
    .array(
      z.object({
        actor_id: z.int().nullish(),
        actor_type: z.string(),
        bypass_mode: z.string().default('always'),
      }),
    )
    .optional(),
  conditions: z
    .object({
      ref_name: z
        .object({ include: z.array(z.string()).default([]), exclude: z.array(z.string()).default([]) })
        .optional(),
    })
    .nullish(),
  rules: z
    .array(z.object({ type: z.string(), parameters: z.record(z.string(), z.unknown()).default({}) }))
    .default([]),
});

/** A ruleset as the API answers with it. Throws a `ZodError` where it is not one. */
export function parseRuleset(answer: unknown): Ruleset {
  const data = ruleset.parse(answer);
  return {
    ...toSummary(data),
    bypassActors:
      data.bypass_actors?.map(({ actor_id, actor_type, bypass_mode }) => ({
        actorId: actor_id ?? null,
        actorType: actor_type,
        mode: bypass_mode,
      })) ?? null,
    include: data.conditions?.ref_name?.include ?? [],
    exclude: data.conditions?.ref_name?.exclude ?? [],
    rules: data.rules,
  };
}

/** A list of rulesets as the API answers with it; throws likewise. */
export function parseSummaries(answer: unknown): RulesetSummary[] {
  return z.array(summary).parse(answer).map(toSummary);
}

function toSummary({
  id,
  name,
  target,
  enforcement,
  source_type,
  source,
}: z.infer<typeof summary>): RulesetSummary {
  return { id, name, target, enforcement, sourceType: source_type, source };
}

/** The ruleset as the API takes it. */
export function toGitHub({ name, enforcement, bypassApps, include, exclude, rules }: NewRuleset) {
  return {
    name,
    target: 'branch' as const,
    enforcement,
    bypass_actors: bypassApps.map((id) => ({
      actor_id: id,
      actor_type: 'Integration' as const,
      bypass_mode: 'always' as const,
    })),
    conditions: { ref_name: { include: [...include], exclude: [...exclude] } },
    rules: [...rules],
  };
}
