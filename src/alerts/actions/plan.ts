import { UserError } from '../../errors.ts';
import type { ListedPull } from '../../github/pull-list.ts';
import { counted } from '../../merge/words.ts';
import { ALL_TESTS, type PlanRequest } from '../../plan/request-schema.ts';
import { openPullsTouching } from '../touching.ts';
import { type ActionContext, ASKER, defineAction } from './definition.ts';

export const plan = defineAction({
  name: 'plan',
  summary:
    "Runs the tests of open pull requests that change the strategy's files. Not of forks: a person approves those.",
  hourly: 10,
  topic: () => null,
  async run({ max }, context) {
    const { allowed, reason } = await context.effects.mayPlan(context.repository);
    if (!allowed) throw new UserError(reason, 'Plans need `codex.plan`.');
    const pulls = (await openPullsTouching(context)).filter(({ fork }) => !fork).slice(0, max);
    const { effects, alert } = context;
    for (const pull of pulls) {
      effects.requestPlan(requestOf(pull, context), `alert:${alert.id}:plan:${pull.number}`, alert.id);
    }
    return pulls.length === 0
      ? "No open pull request changes the strategy's files."
      : `${counted(pulls.length, 'pull request')} planned: ${pulls.map(({ number }) => number).join(', ')}.`;
  },
});

function requestOf(pull: ListedPull, { repository, alert, now }: ActionContext): PlanRequest {
  return {
    ...{ installation: repository.installation, repositoryId: repository.id },
    ...{ repository: repository.fullName, pull: pull.number, headSha: pull.headSha, headRef: pull.headRef },
    ...{ baseRef: pull.baseRef, fork: false, arguments: ALL_TESTS, requestedBy: ASKER },
    trigger: { type: 'alert', alert: alert.id },
    acceptedAt: now,
  };
}
