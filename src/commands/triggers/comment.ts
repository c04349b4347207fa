/** A comment on a pull request → a job for each new command in it. Pure. */
import type { z } from 'zod';
import type { NewJob } from '../../jobs/job.ts';
import { commandJob, isCancel, laneOf, PRIORITY } from '../event-jobs.ts';
import { issueComment } from '../events.ts';
import { newCommands } from '../parse.ts';

/** What GitHub calls people who are, or belong to, the owner of a repository. */
const MEMBERS: ReadonlySet<string> = new Set(['OWNER', 'MEMBER']);

/** In Codex's own comments: with a person's token GitHub would not tell them from that person's. */
const OWN_COMMENT = '<!-- codex:';

export function onIssueComment(payload: unknown, delivery: string): NewJob[] | string {
  const event = issueComment.parse(payload);
  const { action, comment, changes, issue, sender } = event;
  const body = comment.body ?? '';
  if (action !== 'created' && action !== 'edited') return `a comment was ${action}`;
  if (!issue.pull_request) return 'the comment is on an issue';
  if (sender.type === 'Bot' || body.includes(OWN_COMMENT)) return 'the comment is a bot’s';
  const before = action === 'edited' ? (changes?.body?.from ?? body) : null;
  const commands = newCommands(before, body);
  if (commands.length === 0) return 'the comment gives no new command';
  const origin = {
    type: 'comment' as const,
    commentId: comment.id,
    updatedAt: comment.updated_at,
    member: memberOf(event),
  };
  return commands.map((command, index) => ({
    ...commandJob(event, delivery, { origin, command }),
    dedupe: `comment:${comment.id}:${comment.updated_at}:${index}`,
    lane: laneOf(event, issue.number),
    pull: issue.number,
    // Ahead of what was written elsewhere only: within a comment, commands run in order.
    priority: commands.slice(0, index + 1).every(isCancel) ? PRIORITY.cancel : PRIORITY.command,
  }));
}

/** An edit may be somebody else's than the comment, of whom GitHub does not say it. */
function memberOf({ action, comment }: z.infer<typeof issueComment>): boolean | null {
  const association = action === 'created' ? comment.author_association : undefined;
  return association === undefined ? null : MEMBERS.has(association);
}
