import { z } from 'zod';
import type { Job } from '../jobs/job.ts';
import type { RunStore } from '../plan/runs.ts';
import { defineCommand } from './command.ts';
import type { CommandContext } from './context.ts';

export const cancel = defineCommand({
  name: 'cancel',
  summary: 'Stops the plans of this pull request, queued and running.',
  positional: null,
  options: {},
  examples: [{ command: '/codex cancel', summary: 'stops whatever is planned here' }],
  schema: z.object({}),
  async run(context) {
    const cancelled = cancelPlans(context);
    return { answer: describe(cancelled, context.effects.runs), reaction: '+1' };
  },
});

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

function describe(jobs: readonly Job[], runs: Pick<RunStore, 'get'>): string {
  if (jobs.length === 0) return 'There is no plan to cancel.';
  const heads = jobs.map(({ id }) => runs.get(id)?.request.headSha.slice(0, 7) ?? id);
  return `Cancelled ${jobs.length === 1 ? 'the plan' : `${jobs.length} plans`} of ${[...new Set(heads)]
    .map((head) => `\`${head}\``)
    .join(', ')}.`;
}
