import { z } from 'zod';
import { mergeStatus } from '../merge/report/status.ts';
import type { Run } from '../plan/runs.ts';
import { defineCommand } from './command.ts';
import type { CommandContext, Effects } from './context.ts';
import { code } from './quote.ts';

const SHOWN = 5;

export const status = defineCommand({
  name: 'status',
  capability: null,
  summary:
    'Says where the plans and the merge of this pull request stand, what keeps it from landing, and what you may use.',
  positional: null,
  options: {},
  examples: [{ command: '/codex status', summary: 'place in the queue, phase, verdicts, reasons' }],
  schema: z.object({}),
  async run(context) {
    const { effects, pull } = context;
    const runs = effects.runs.latest({ repositoryId: pull.repositoryId, pull: pull.number }, SHOWN);
    const lines = runs.map((run) => `- \`${run.request.headSha.slice(0, 7)}\`: ${stateOf(run, effects)}`);
    const plans = lines.join('\n') || 'Nothing was planned here yet.';
    const intent = effects.merges.latest(pull);
    const merge = intent === null ? [] : [mergeStatus(intent)];
    return { answer: [plans, ...merge, await capabilitiesOf(context)].join('\n\n'), reaction: '+1' };
  },
});

/** What the person may use here, and why not the rest, as Markdown. */
async function capabilitiesOf({ commands, effects, pull, sender, origin }: CommandContext): Promise<string> {
  const member = origin.type === 'comment' ? origin.member : null;
  const asker = { ...pull, user: sender, member };
  const capabilities = new Set(commands.flatMap(({ capability }) => capability ?? []));
  const lines = [...capabilities].map(async (capability) => {
    const { allowed, reason, refusal } = await effects.entitlement(capability, asker);
    const line = `${allowed ? '✅' : '🚫'} \`${capability}\`: ${code(reason)}`;
    return `- ${refusal ? `${line} ${refusal.next}` : line}`;
  });
  return `What you may use here:\n\n${(await Promise.all(lines)).join('\n')}`;
}

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
