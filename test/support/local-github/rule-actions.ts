/** What an administrator sets up: rulesets and classic branch protection. */
import { z } from 'zod';
import { APP } from './emulator.ts';
import { type Json, toJson } from './http.ts';
import type { LocalGitHub } from './local-github.ts';
import type { ProtectionBody } from './rules/protections.ts';
import type { RulesetBody } from './rules/ruleset.ts';

const identified = z.object({ id: z.int() });
type Reviews = {
  readonly approvals?: number;
  readonly resolveThreads?: boolean;
  readonly dismissStale?: boolean;
};

export class RuleActions {
  readonly #repository: string;
  readonly #owner: string;
  readonly #github: LocalGitHub;

  constructor(repository: string, owner: string, github: LocalGitHub) {
    this.#repository = repository;
    this.#owner = owner;
    this.#github = github;
  }

  /** Gives the id of the new ruleset. */
  async create(ruleset: RulesetBody): Promise<number> {
    return identified.parse(await this.#write('POST', '/rulesets', toJson(ruleset))).id;
  }

  /** Only the App may move these branches: `refs/heads/main`, `refs/heads/release/*`, `~DEFAULT_BRANCH`. */
  onlyCodexMayMove(...include: string[]): Promise<number> {
    return this.create({
      name: `Only Codex moves ${include.join(', ')}`,
      enforcement: 'active',
      bypass_actors: [{ actor_id: APP.id, actor_type: 'Integration', bypass_mode: 'always' }],
      conditions: { ref_name: { include, exclude: [] } },
      rules: [{ type: 'update' }],
    });
  }

  /** Checks by name, or by name and App; nobody bypasses it. */
  requireChecks(
    include: string,
    checks: readonly (string | { readonly context: string; readonly integration_id: number })[],
    strict = false,
  ): Promise<number> {
    const required = checks.map((check) => (typeof check === 'string' ? { context: check } : check));
    return this.create({
      name: `Checks of ${include}`,
      enforcement: 'active',
      conditions: { ref_name: { include: [include], exclude: [] } },
      rules: [
        {
          type: 'required_status_checks',
          parameters: { required_status_checks: required, strict_required_status_checks_policy: strict },
        },
      ],
    });
  }

  /** Pull requests with reviews; nobody bypasses it. */
  requireReviews(include: string, reviews: Reviews): Promise<number> {
    const { approvals = 1, resolveThreads = false, dismissStale = false } = reviews;
    return this.create({
      name: `Reviews of ${include}`,
      enforcement: 'active',
      conditions: { ref_name: { include: [include], exclude: [] } },
      rules: [
        {
          type: 'pull_request',
          parameters: {
            dismiss_stale_reviews_on_push: dismissStale,
            require_code_owner_review: false,
            require_last_push_approval: false,
            required_approving_review_count: approvals,
            required_review_thread_resolution: resolveThreads,
          },
        },
      ],
    });
  }

  async delete(ruleset: number): Promise<void> {
    await this.#write('DELETE', `/rulesets/${ruleset}`, null);
  }

  /** Classic protection of one branch. */
  async protect(branch: string, protection: ProtectionBody): Promise<void> {
    await this.#write('PUT', `/branches/${encodeURIComponent(branch)}/protection`, toJson(protection));
  }

  #write(method: string, path: string, body: Json): Promise<Json> {
    return this.#github.as(this.#owner, method, `/repos/${this.#repository}${path}`, body);
  }
}
