import type { Logger } from '@openfeature/server-sdk';
import { ConfigError, type LocalConfig } from '../config.ts';
import type { Decision } from '../entitlements/decide.ts';
import { DecisionStore } from '../entitlements/decisions.ts';
import { type Billing, Entitlements } from '../entitlements/entitlements.ts';
import type { FlagEvent } from '../entitlements/flags/feed.ts';
import { InvalidFlags } from '../entitlements/flags/flag-set.ts';
import { openFlags } from '../entitlements/flags/open.ts';
import { FlagSetStore } from '../entitlements/flags/store.ts';
import type { Log } from '../log.ts';
import type { Core } from './core.ts';

export interface EntitlementsSetting {
  /** Null where this Codex has no Stripe. */
  readonly billing: Billing | null;
  readonly onFlags: (result: FlagEvent['result']) => void;
  readonly onDecision: (decision: Decision) => void;
}

type EntitlementsCore = Pick<Core, 'db' | 'instance' | 'log' | 'now'> & { readonly config: LocalConfig };

/** Who may. Throws `ConfigError` where the operator's flags cannot be used. */
export async function createEntitlements(
  { config, db, instance, log, now }: EntitlementsCore,
  { billing, onFlags, onDecision }: EntitlementsSetting,
): Promise<Entitlements> {
  const sets = new FlagSetStore(db);
  const { provider, planFallback } = config.flags;
  try {
    const flags = await openFlags({
      provider,
      domain: instance,
      logger: evaluationLog(log),
      lastKnown: (source) => sets.lastOf(source),
      onEvent(event) {
        if (event.result === 'used') sets.keep(event.source, event.set, now());
        tell(log, event);
        onFlags(event.result);
      },
    });
    return new Entitlements({
      flags,
      decisions: new DecisionStore(db),
      billing,
      planFallback,
      now,
      onDecision,
    });
  } catch (error) {
    if (!(error instanceof InvalidFlags)) throw error;
    throw new ConfigError([`CODEX_OPENFEATURE_PROVIDER: its flags cannot be used: ${error.message}`]);
  }
}

function tell(log: Log, event: FlagEvent): void {
  const { source, result } = event;
  if (result === 'used') log.info({ source, flagSet: event.set.version }, 'flags are in force');
  else if (result === 'lost')
    log.error({ source, reason: event.reason }, 'flags cannot be had; the last good ones stay');
  else log.error({ source, reason: event.reason }, 'flags were refused; the last good ones stay');
}

/** What OpenFeature and flagd have to say: each decision tells its own error, so this is for looking closer. */
function evaluationLog(log: Log): Logger {
  const say = (...said: unknown[]) => log.debug({ openfeature: said.map(String) }, 'flags');
  return { error: say, warn: say, info: say, debug: say };
}
