import { defineAction } from './definition.ts';
import { MERGES } from './freeze.ts';

export const unfreeze = defineAction({
  name: 'unfreeze',
  summary: "Lifts what alerts of the strategy froze: what waits goes on. People's own freezes stay.",
  hourly: 200,
  topic: () => MERGES,
  async run(_, { alert, repository, effects, now }) {
    const lifted = effects.freezes.unfreezeStrategy(repository.id, alert.strategy, now);
    effects.wakeMerges(repository.id);
    return lifted.length === 0 ? 'The strategy was not frozen.' : 'The freeze of the strategy is lifted.';
  },
});
