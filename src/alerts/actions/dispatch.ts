import { dispatchWorkflows } from '../../github/dispatch.ts';
import type { Alert } from '../alert.ts';
import { defineAction } from './definition.ts';

export const dispatch = defineAction({
  name: 'dispatch',
  summary:
    'Starts workflows by `repository_dispatch`, a backtest for one; they are told what the rule lists.',
  hourly: 20,
  topic: () => null,
  async run({ event, payload }, { alert, repository }) {
    const told = payloadOf(alert, payload);
    await dispatchWorkflows(repository.octokit, repository.name, { event, payload: { alert: told } });
    return `Workflows were told of \`${event}\`.`;
  },
});

/** What identifies the alert, all of it bound to the sender's proof or bounded words, and what the rule lists. */
function payloadOf({ id, strategy, alert, timenow, values, fields }: Alert, listed: readonly string[]) {
  const only = <Value>(entries: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(entries).filter(([name]) => listed.includes(name)));
  return { id, strategy, alert, timenow, values: only(values), fields: only(fields) };
}
