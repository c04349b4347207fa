import type { Pull } from '../github/pull.ts';
import { type PlanArguments, type PlanRequest, planArguments } from '../plan/request-schema.ts';
import { refusal } from './approval.ts';
import { defineCommand } from './command.ts';
import { boundTo, type CommandContext } from './context.ts';

export const plan = defineCommand({
  name: 'plan',
  capability: 'codex.plan',
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
    const refused = refusal(pull, context.origin, 'plan');
    if (refused) throw refused;
    const { job, effects } = context;
    effects.requestPlan(requestOf(context, pull, args), `plan:${job.id}:${pull.number}`, job.delivery);
    return { answer: null, reaction: null };
  },
});

function requestOf(context: CommandContext, pull: Pull, args: PlanArguments): PlanRequest {
  const { origin, job } = context;
  return {
    ...boundTo(context.pull, pull),
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
