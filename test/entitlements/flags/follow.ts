import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { DefaultLogger } from '@openfeature/server-sdk';
import type { FlagProvider } from '../../../src/config.ts';
import type { Capability } from '../../../src/entitlements/capability.ts';
import type { FlagEvent } from '../../../src/entitlements/flags/feed.ts';
import { openFlags } from '../../../src/entitlements/flags/open.ts';
import { OCTOCAT } from './sets.ts';

/** Flags that are followed, and what became of each set: `used 3f2a…`, `refused it is not JSON`, `lost …`. */
export async function follow(provider: FlagProvider, lastKnown: string | null = null) {
  const told = new EventEmitter();
  const events: FlagEvent[] = [];
  const flags = await openFlags({
    provider,
    domain: randomUUID(),
    logger: new DefaultLogger(),
    lastKnown: () => lastKnown,
    onEvent(event) {
      events.push(event);
      told.emit('event');
    },
  });
  return {
    events,
    /** The events since the last call, as soon as there is one. */
    async next(): Promise<FlagEvent[]> {
      if (events.length === 0) await once(told, 'event');
      return events.splice(0);
    },
    evaluate: (capability: Capability = 'codex.pr', context = {}) =>
      flags.evaluate(capability, { ...OCTOCAT, ...context }),
    async isAllowed(): Promise<boolean | string> {
      const said = await flags.evaluate('codex.pr', OCTOCAT);
      return said.kind === 'answer' ? said.allowed : said.kind;
    },
    close: () => flags.close(),
  };
}

export type Followed = Awaited<ReturnType<typeof follow>>;
