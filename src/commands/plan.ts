import { UserError } from '../errors.ts';
import type { Pull } from '../github/pull.ts';
import { type PlanArguments, type PlanRequest, planArguments } from '../plan/request-schema.ts';
import { defineCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import type { Origin } from './payload.ts';

export const plan = defineCommand({
  name: 'plan',
  summary: 'Runs the tests on what would land if the pull request were merged now.',
  positional: {
    key: 'paths',
    label: 'paths…',
    many: true,
    summary: 'files, directories or node ids, relative to the repository; none: everything',
  },
  options: {
    keyword: {
      flag: '-k',
      value: { label: 'EXPR', type: 'text' },
      summary: "only tests whose names match, as pytest's `-k`",
    },
    marker: {
      flag: '-m',
      value: { label: 'EXPR', type: 'text' },
      summary: "only tests whose markers match, as pytest's `-m`",
    },
    failed: {
      flag: '--failed',
      value: null,
      summary: 'only tests that did not pass in the latest plan of this pull request',
    },
    maxfail: { flag: '--maxfail', value: { label: 'N', type: 'integer' }, summary: 'stop after N failures' },
  },
  examples: [
    { command: '/codex plan', summary: 'everything' },
    { command: '/codex plan tests/api -k "orders and not slow"', summary: 'some tests of a directory' },
    {
      command: '/codex plan "tests/test_api.py::test_get[a b]"',
      summary: 'one test; quotes keep its spaces',
    },
    { command: '/codex plan --failed --maxfail 1', summary: 'what failed before, up to the first failure' },
  ],
  schema: planArguments,
  /** The plan itself shows how it ends, reaction included. */
  async run(context, args) {
    const pull = await context.github.getPull(context.pull.number);
    const refused = refusal(pull, context.origin);
    if (refused) throw refused;
    const { job, effects } = context;
    effects.requestPlan(requestOf(context, pull, args), `plan:${job.id}:${pull.number}`, job.delivery);
    return { answer: null, reaction: null };
  },
});

/** Why what stands on GitHub now may not be what the person approved; null: it is. Fails closed. */
function refusal(pull: Pull, origin: Origin): UserError | null {
  if (pull.merged)
    return new UserError('This pull request is merged already.', 'There is nothing left to plan.');
  if (pull.state === 'closed') return new UserError('This pull request is closed.', 'Reopen it to plan it.');
  if (origin.type !== 'comment') return movedHead(pull, origin.headSha);
  return pull.fork ? pushedFork(pull, origin.updatedAt) : null;
}

function movedHead(pull: Pull, headSha: string): UserError | null {
  if (pull.headSha === headSha) return null;
  return new UserError(
    `The check belongs to \`${headSha.slice(0, 7)}\`, but the head is now \`${pull.headSha.slice(0, 7)}\`.`,
    'Comment `/codex plan` to plan the new head.',
  );
}

/** GitHub's times have whole seconds: a push in the second of the comment may have come after it. */
function pushedFork({ headRepository, headSha }: Pull, commentedAt: string): UserError | null {
  const pushedAt = headRepository?.pushedAt ?? null;
  if (pushedAt !== null && Date.parse(pushedAt) < Date.parse(commentedAt)) return null;
  const sha = headSha.slice(0, 7);
  return pushedAt === null
    ? new UserError(
        `It cannot be told since when \`${sha}\` is the head: the fork, or its time of push, is gone.`,
        'Push the commits to a branch of this repository to plan them.',
      )
    : new UserError(
        `The fork was pushed to after your comment was written: \`${sha}\` may not be what you have seen.`,
        'Look at the changes and comment `/codex plan` again.',
      );
}

function requestOf(context: CommandContext, pull: Pull, args: PlanArguments): PlanRequest {
  const { pull: target, origin, job } = context;
  return {
    installation: target.installation,
    repositoryId: target.repositoryId,
    repository: target.repository,
    pull: pull.number,
    headSha: pull.headSha,
    baseRef: pull.baseRef,
    headRef: pull.headRef,
    fork: pull.fork,
    arguments: argumentsOf(context, args),
    requestedBy: context.sender,
    trigger:
      origin.type === 'comment' ? { type: 'comment', commentId: origin.commentId } : { type: 'check_run' },
    acceptedAt: job.createdAt,
  };
}

/** A check run is run again with the arguments it had; one of failed tests only, which may pass by now, with all. */
function argumentsOf({ origin, effects }: CommandContext, args: PlanArguments): PlanArguments {
  const run = origin.type === 'check_run' ? effects.runs.get(origin.runId) : null;
  if (!run) return args;
  return { ...run.request.arguments, failed: args.failed };
}
