import { upsertComment } from '../../github/comment.ts';
import { counted } from '../../merge/words.ts';
import { commentBody, markerOf } from '../report.ts';
import { mergedPullsTouching } from '../touching.ts';
import { defineAction } from './definition.ts';

export const comment = defineAction({
  name: 'comment',
  summary: "Tells of the alert on pull requests that changed the strategy's files and were merged lately.",
  hourly: 10,
  topic: (_, { alert }) => `comment:${alert}`,
  async run({ days, max }, context) {
    const { octokit, name } = context.repository;
    const pulls = await mergedPullsTouching(context, { days, max });
    const marker = markerOf('comment', context.alert);
    const body = commentBody(context, marker);
    for (const { number } of pulls)
      await upsertComment(octokit, name, number, { marker, body, knownId: null });
    return pulls.length === 0
      ? `No pull request that changed the strategy's files was merged within ${counted(days, 'day')}.`
      : `Told on ${counted(pulls.length, 'pull request')}: ${pulls.map(({ number }) => number).join(', ')}.`;
  },
});
