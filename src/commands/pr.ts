import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { Pull } from '../github/pull.ts';
import type { Intent, MergeRequest } from '../merge/intent.ts';
import { refusal } from './approval.ts';
import { defineCommand, type Result } from './command.ts';
import { boundTo, type CommandContext } from './context.ts';
import { code } from './quote.ts';

export const pr = defineCommand({
  name: 'pr',
  capability: 'codex.pr',
  summary: 'Squash-merges the pull request as soon as nothing is against it, and proves what landed.',
  positional: null,
  options: {
    dryRun: {
      flag: '--dry-run',
      value: null,
      summary: 'only say what is against it, and the exact title and message of the commit',
    },
  },
  examples: [
    { command: '/codex pr', summary: 'waits for what is missing, then merges this head and no other' },
    { command: '/codex pr --dry-run', summary: 'what would happen now; nothing is done' },
  ],
  schema: z.object({ dryRun: z.boolean() }),
  async run(context, { dryRun }) {
    const pull = await context.github.getPull(context.pull.number);
    const refused = refusal(pull, context.origin, 'pr');
    if (refused) throw refused;
    const { merges } = context.effects;
    const request = requestOf(context, pull);
    if (dryRun) return { answer: await merges.preview(request), reaction: '+1' };
    return accepted(merges.request(request, context.job.delivery), context);
  },
});

/** The merge itself shows how it goes on and ends, reaction included. */
function accepted({ intent, isNew }: { intent: Intent; isNew: boolean }, { sender }: CommandContext): Result {
  if (isNew) return { answer: null, reaction: null };
  const { requestedBy, headSha } = intent.request;
  const sha = `\`${headSha.slice(0, 7)}\``;
  if (intent.state === 'merged') {
    const landed = code((intent.mergedSha ?? '').slice(0, 7));
    return {
      answer: `${sha} was merged already, as ${landed}. Codex does not merge it twice.`,
      reaction: '+1',
    };
  }
  const by = requestedBy === sender ? 'you' : code(requestedBy);
  return {
    answer: `This merge was asked for already, by ${by}: ${sha} lands as soon as nothing is against it.`,
    reaction: '+1',
  };
}

function requestOf({ pull: target, origin, sender }: CommandContext, pull: Pull): MergeRequest {
  if (origin.type !== 'comment')
    throw new UserError('Merges are asked for in comments.', 'Comment `/codex pr`.');
  return {
    ...boundTo(target, pull),
    requestedBy: sender,
    commentId: origin.commentId,
    member: origin.member,
  };
}
