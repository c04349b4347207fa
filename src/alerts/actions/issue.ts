import { upsertComment } from '../../github/comment.ts';
import { closeIssue, keepIssueOpen } from '../../github/issue-upkeep.ts';
import type { ActionArguments } from '../../repository/alert-actions.ts';
import { issueBody, issueTitle, type Merges, markerOf, recoveryBody } from '../report.ts';
import { mergedPullsTouching } from '../touching.ts';
import { type ActionContext, defineAction } from './definition.ts';

/** The merges that an issue names. */
const RECENT = { days: 14, max: 5 };

type Arguments = ActionArguments<'issue'>;

export const issue = defineAction({
  name: 'issue',
  summary:
    'Keeps one issue for each strategy and kind of alert: opened, updated in place, closed where `close` says so, with the alert, the `commit` it names, and the last merges that changed the strategy.',
  hourly: 60,
  topic: ({ about }, { alert }) => `issue:${about ?? alert}`,
  run: (args, context) => (args.close ? close(args, context) : keepOpen(args, context)),
});

async function keepOpen({ about, labels }: Arguments, context: ActionContext): Promise<string> {
  const { alert, repository, effects } = context;
  const subject = { ...alert, alert: about ?? alert.alert };
  const topic = { repositoryId: repository.id, strategy: alert.strategy, kind: subject.alert };
  const marker = markerOf('issue', subject);
  const merges = await recentMerges(context);
  const { number, did } = await keepIssueOpen(repository.octokit, repository.name, {
    ...{ title: issueTitle(subject), body: issueBody(context, merges, marker), marker, labels },
    knownNumber: effects.issues.get(topic),
  });
  effects.issues.set(topic, number);
  return `Issue ${number} was ${did}.`;
}

/** None where the files of the strategy are not known: the issue says that, and is no worse. */
async function recentMerges(context: ActionContext): Promise<Merges> {
  if (context.paths.length === 0) return { pulls: [], proven: new Set() };
  const pulls = await mergedPullsTouching(context, RECENT);
  const receipts = context.effects.receipts(context.repository.fullName);
  const proven = receipts.filter(({ verified }) => verified).map(({ commit }) => commit.sha);
  return { pulls, proven: new Set(proven) };
}

async function close({ about }: Arguments, context: ActionContext): Promise<string> {
  const { alert, effects } = context;
  const { octokit, name, id } = context.repository;
  const subject = { ...alert, alert: about ?? alert.alert };
  const knownNumber = effects.issues.get({ repositoryId: id, strategy: alert.strategy, kind: subject.alert });
  const last = `<!-- codex:alert ${alert.id} -->`;
  const body = recoveryBody(context, last);
  const number = await closeIssue(octokit, name, {
    ...{ marker: markerOf('issue', subject), knownNumber },
    before: (open) => upsertComment(octokit, name, open, { marker: last, body, knownId: null }),
  });
  return number === null ? 'No issue was open.' : `Issue ${number} was closed.`;
}
