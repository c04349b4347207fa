import { z } from 'zod';
import type { Job } from '../jobs/job.ts';
import type { Run } from '../plan/runs.ts';
import { defineCommand } from './command.ts';
import type { CommandContext } from './context.ts';

export const cancel = defineCommand({
  name: 'cancel',
  capability: null,
  summary: 'Stops the plans of this pull request, queued and running, and withdraws a merge that waits.',
  positional: null,
  options: {},
  examples: [{ command: '/codex cancel', summary: 'stops whatever is planned here, and `/codex pr`' }],
  schema: z.object({}),
  async run(context) {
    const merge = withdrawMerge(context);
    const runs = cancelPlans(context).flatMap(({ id }) => context.effects.runs.get(id) ?? []);
    const plans = runs.length === 0 && merge !== null ? [] : [describe(runs)];
    return { answer: [...plans, ...(merge === null ? [] : [merge])].join(' '), reaction: '+1' };
  },
});

/** What became of the merge, in words; null: there is none. The button is the plan's own. */
function withdrawMerge({ effects, origin, pull, sender }: CommandContext): string | null {
  if (origin.type === 'check_run') return null;
  const intent = effects.merges.withdraw(pull, `\`${sender}\` withdrew it with \`/codex cancel\`.`);
  if (intent === null) return null;
  const sha = intent.request.headSha.slice(0, 7);
  return intent.state === 'cancelled'
    ? `The merge of \`${sha}\` is withdrawn.`
    : `The merge of \`${sha}\` can no longer be withdrawn: GitHub is merging.`;
}

/** The button of a check run stops its own plan; a comment stops all, and commands that wait to become plans. */
function cancelPlans({ effects, origin, pull, sender, job }: CommandContext): readonly Job[] {
  if (origin.type === 'check_run') {
    return effects.cancel({ id: origin.runId }, `stopped by ${sender} with the button of the check run`);
  }
  const reason = `stopped by ${sender} in a comment`;
  const target = { repository: pull.repository, pull: pull.number };
  effects.cancel({ ...target, kind: 'command', before: job.id, state: 'queued' }, reason);
  return effects.cancel({ ...target, kind: 'plan' }, reason);
}

/** A plan that has its verdict is still being reported: that verdict stands. */
function describe(runs: readonly Run[]): string {
  const stopped = runs.filter(({ record }) => record === null);
  const what = stopped.length === 1 ? 'the plan' : `${stopped.length} plans`;
  if (stopped.length > 0) return `Cancelled ${what} of ${heads(stopped)}.`;
  return runs.length === 0
    ? 'There is no plan to cancel.'
    : `There is no plan to cancel: that of ${heads(runs)} has just ended.`;
}

function heads(runs: readonly Run[]): string {
  const shas = runs.map(({ request }) => `\`${request.headSha.slice(0, 7)}\``);
  return [...new Set(shas)].join(', ');
}
