import type { ActionArguments } from '../../repository/alert-actions.ts';
import { issueBody, issueTitle, type Merges, recoveryBody } from '../report.ts';
import { mergedPullsTouching } from '../touching.ts';
import { type ActionContext, defineAction } from './definition.ts';

/** The merges that an issue names. */
const RECENT = { days: 14, max: 5 };

export const issue = defineAction({
  name: 'issue',
  summary:
    'Keeps one issue for each strategy and kind of alert: opened, updated in place, closed where `close` says so, with the alert, the `commit` it names, and the last merges that changed the strategy.',
  hourly: 60,
  topic: ({ about }, { alert }) => `issue:${about ?? alert}`,
  run: (args, context) => (args.close ? close(args, context) : keepOpen(args, context)),
});

type Arguments = ActionArguments<'issue'>;

async function keepOpen({ about, labels }: Arguments, context: ActionContext): Promise<string> {
  const { alert, repository, effects } = context;
  const subject = { ...alert, alert: about ?? alert.alert };
  const body = issueBody(context, await recentMerges(context), subject);
  return effects.issues.keepOpen(repository, subject, { title: issueTitle(subject), body, labels });
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
  const { alert, repository, effects } = context;
  const marker = `<!-- codex:alert ${alert.id} -->`;
  const last = { marker, body: recoveryBody(context, marker) };
  const subject = { ...alert, alert: about ?? alert.alert };
  return (await effects.issues.close(repository, subject, last)) ?? 'No issue was open.';
}
