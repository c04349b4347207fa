/** Where the flags come from, as the operator says: the operator's source first, then the file that Codex brings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@openfeature/server-sdk';
import type { FlagProvider } from '../../config.ts';
import { type FlagEvent, feed } from './feed.ts';
import { fileSource } from './file-source.ts';
import { InvalidFlags } from './flag-set.ts';
import { bindFlags, type Flags } from './flags.ts';
import { FlagService } from './provider.ts';
import { syncSource } from './sync-source.ts';

const EMBEDDED_FILE = join(import.meta.dirname, 'default.flags.json');

export interface FlagsOptions {
  readonly provider: FlagProvider;
  /** Tells instances in one process apart. */
  readonly domain: string;
  readonly onEvent: (event: FlagEvent) => void;
  /** The text of the set that a source gave last, in a process before this one; null where it never did. */
  readonly lastKnown: (source: string) => string | null;
  readonly logger: Logger;
}

interface Followed {
  readonly services: readonly FlagService[];
  close(): void;
}

/**
 * Resolves when the flags can be asked: a flagd server that cannot be reached is waited for in the background. Throws
 * `InvalidFlags` where the operator's file cannot be used.
 */
export async function openFlags(options: FlagsOptions): Promise<Flags> {
  const followed = await follow(options);
  const flags = await bindFlags(options.domain, followed.services, options.logger);
  return {
    evaluate: flags.evaluate,
    async close() {
      followed.close();
      await flags.close();
    },
  };
}

async function follow(options: FlagsOptions): Promise<Followed> {
  switch (options.provider.type) {
    case 'embedded':
      return { services: [embedded(options)], close() {} };
    case 'file':
      return followFile(options.provider.path, options);
    case 'flagd':
      return followFlagd(options.provider.address, options);
  }
}

function embedded({ onEvent, logger }: FlagsOptions): FlagService {
  const service = new FlagService(logger);
  feed('embedded', service, onEvent).received(readFileSync(EMBEDDED_FILE, 'utf8'));
  return service;
}

/** The operator's file is all there is: a capability that it leaves out is nobody's. */
async function followFile(path: string, { onEvent, logger }: FlagsOptions): Promise<Followed> {
  const service = new FlagService(logger);
  const source = fileSource(path);
  let reason = '';
  await source.start(
    feed(path, service, (event) => {
      if (event.result !== 'used') reason = event.reason;
      onEvent(event);
    }),
  );
  if (service.set !== null) return { services: [service], close: () => source.close() };
  source.close();
  throw new InvalidFlags(reason);
}

/** Until flagd has answered, what it said before this process; without that, and for what it leaves out, our file. */
async function followFlagd(address: string, options: FlagsOptions): Promise<Followed> {
  const service = new FlagService(options.logger);
  const name = `flagd://${address}`;
  const listener = feed(name, service, options.onEvent);
  const before = options.lastKnown(name);
  if (before !== null) listener.received(before);
  const source = syncSource(address);
  await source.start(listener);
  return { services: [service, embedded(options)], close: () => source.close() };
}
