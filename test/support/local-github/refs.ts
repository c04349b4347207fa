/** `DELETE /repos/{owner}/{name}/git/refs/heads/{branch}`; other writes to refs are not modelled. */
import type { Hosting } from './hosting.ts';
import { type ApiAnswer, refused } from './http.ts';
import type { Asked, Route } from './routes.ts';
import type { BranchRules } from './rules/branch-rules.ts';
import { DEFAULT_BRANCH } from './rules/rulesets.ts';
import { pushViolations } from './rules/violations.ts';

export class Refs {
  readonly routes: readonly Route[] = [
    {
      method: 'DELETE',
      path: '/git/refs/:name+',
      needs: ['contents', 'write'],
      answer: (asked) => this.#delete(asked),
    },
  ];
  readonly #hosting: Hosting;
  readonly #branchRules: BranchRules;

  constructor(hosting: Hosting, branchRules: BranchRules) {
    this.#hosting = hosting;
    this.#branchRules = branchRules;
  }

  async #delete({ repository, actor, at }: Asked): Promise<ApiAnswer> {
    const ref = `refs/${at('name')}`;
    const branch = ref.replace('refs/heads/', '');
    const bare = this.#hosting.bare(repository);
    const before = await bare.sha(ref);
    if (before === null) return { status: 422, body: { message: 'Reference does not exist' } };
    if (branch === DEFAULT_BRANCH) return refused('Cannot delete the default branch');
    const demands = await this.#branchRules.demands(repository, branch, actor, 'push');
    const violations = pushViolations(demands, true);
    if (violations.length > 0) {
      return refused(['Repository rule violations found', ...violations].join('\n\n'));
    }
    await bare.git(['update-ref', '-d', ref, before]);
    await this.#hosting.pushed(repository, [{ ref, before, after: null }], actor.login);
    return { status: 204, body: null };
  }
}
