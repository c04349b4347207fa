import { UserError } from '../../errors.ts';
import { moment } from '../../merge/words.ts';
import { causeOf } from '../audit.ts';
import { requirePaths } from '../touching.ts';
import { defineAction } from './definition.ts';

const HOUR = 3_600_000;

/** What freezing and unfreezing change. */
export const MERGES = 'merges';

export const freeze = defineAction({
  name: 'freeze',
  summary:
    "Stops merges of pull requests that change the strategy's files: `/codex pr` waits and says why. Ends by itself.",
  hourly: 200,
  topic: () => MERGES,
  async run({ hours, reason }, { alert, paths, repository, effects, now }) {
    requirePaths(alert.strategy, paths);
    const { firedAt } = causeOf(alert);
    const expiresAt = Math.min(firedAt, now) + hours * HOUR;
    if (expiresAt <= now) {
      throw new UserError(`The freeze would have ended at ${moment(expiresAt)}.`, 'Nothing is to be done.');
    }
    const why = reason ?? `the strategy \`${alert.strategy}\` sent \`${alert.alert}\` at ${moment(firedAt)}`;
    effects.freezes.freeze(
      {
        ...{ repositoryId: repository.id, repository: repository.fullName, baseRef: null, paths },
        ...{ source: 'alert', reason: why, by: alert.strategy, expiresAt },
      },
      now,
    );
    effects.wakeMerges(repository.id);
    return `Merges that change the strategy's files are frozen until ${moment(expiresAt)}.`;
  },
});
