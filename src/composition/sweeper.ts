import { listDeliveries, redeliver } from '../github/deliveries.ts';
import type { InboxStore } from '../inbox/store.ts';
import { Sweeper } from '../inbox/sweep.ts';
import type { Metrics } from '../metrics.ts';
import type { Codex } from './codex.ts';

/** Looks for missed webhooks; null with one installation's token, which may not ask for the App's deliveries. */
export function createSweeper(
  { config, probot, log, now }: Codex,
  inbox: InboxStore,
  metrics: Metrics,
): Sweeper | null {
  if (config.github.auth.type === 'token') return null;
  return new Sweeper({
    deliveries: {
      list: async (cursor) => listDeliveries(await probot.auth(), cursor),
      redeliver: async (id) => redeliver(await probot.auth(), id),
    },
    inbox,
    onAsked: () => metrics.swept.inc(),
    log,
    now,
  });
}
