/** Whether what stands on GitHub now is what the person approved with a command. Pure; fails closed. */
import { UserError } from '../errors.ts';
import type { Pull } from '../github/pull.ts';
import type { Origin } from './payload.ts';

/** Why `/codex <command>` may not act on this pull request as it is; null: it may. */
export function refusal(pull: Pull, origin: Origin, command: string): UserError | null {
  if (pull.merged) {
    return new UserError(
      'This pull request is merged already.',
      `There is nothing left for \`/codex ${command}\` to do.`,
    );
  }
  if (pull.state === 'closed') {
    return new UserError(
      'This pull request is closed.',
      `Reopen it and comment \`/codex ${command}\` again.`,
    );
  }
  if (origin.type !== 'comment') return movedHead(pull, origin.headSha, command);
  return pull.fork ? pushedFork(pull, origin.updatedAt, command) : null;
}

function movedHead(pull: Pull, headSha: string, command: string): UserError | null {
  if (pull.headSha === headSha) return null;
  return new UserError(
    `The check belongs to \`${headSha.slice(0, 7)}\`, but the head is now \`${pull.headSha.slice(0, 7)}\`.`,
    `Comment \`/codex ${command}\` for the new head.`,
  );
}

/** GitHub's times have whole seconds: a push in the second of the comment may have come after it. */
function pushedFork(
  { headPushedAt: pushedAt, headSha }: Pull,
  commentedAt: string,
  command: string,
): UserError | null {
  if (pushedAt !== null && Date.parse(pushedAt) < Date.parse(commentedAt)) return null;
  const sha = headSha.slice(0, 7);
  return pushedAt === null
    ? new UserError(
        `It cannot be told since when \`${sha}\` is the head: the fork, or its time of push, is gone.`,
        `Push the commits to a branch of this repository and comment \`/codex ${command}\` there.`,
      )
    : new UserError(
        `The fork was pushed to after your comment was written: \`${sha}\` may not be what you have seen.`,
        `Look at the changes and comment \`/codex ${command}\` again.`,
      );
}
