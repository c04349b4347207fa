import { z } from 'zod';
import { mergeStatus } from '../merge/report/status.ts';
import type { Run } from '../plan/runs.ts';
import { defineCommand } from './command.ts';
import type { Effects } from './context.ts';
import { code } from './quote.ts';

const SHOWN = 5;

export const status = defineCommand({
  name: 'status',
  summary: 'Says where the plans and the merge of this pull request stand, and what keeps it from landing.',
  positional: null,
  options: {},
  examples: [{ command: '/codex status', summary: 'place in the queue, phase, verdicts, reasons' }],
  schema: z.object({}),
  async run({ effects, pull }) {
    const runs = effects.runs.latest({ repositoryId: pull.repositoryId, pull: pull.number }, SHOWN);
    const lines = runs.map((run) => `- \`${run.request.headSha.slice(0, 7)}\`: ${stateOf(run, effects)}`);
    const plans = lines.join('\n') || 'Nothing was planned here yet.';
    const intent = effects.merges.latest(pull);
    return { answer: intent === null ? plans : `${plans}\n\n${mergeStatus(intent)}`, reaction: '+1' };
  },
});

/** Where one plan stands, as Markdown. */
function stateOf(run: Run, { jobs, progress }: Effects): string {
  if (run.record) return `${run.record.conclusion.replace('_', ' ')}, ${code(run.record.title)}`;
  const job = jobs.get(run.id);
  if (job?.cancelReason) return `is being stopped: ${code(job.cancelReason)}`;
  if (job?.state === 'queued') return `queued, number ${jobs.position(run.id) ?? 1} in line`;
  if (job?.state !== 'running') return 'ended without a verdict';
  const doing = progress(run.id);
  return doing === null ? 'running' : `running, ${code(doing)}`;
}
