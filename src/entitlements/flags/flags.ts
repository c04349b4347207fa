/** Flags through OpenFeature: the operator's source first, where there is one, then the file that Codex brings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  FirstMatchStrategy,
  type Logger,
  MultiProvider,
  NOOP_PROVIDER,
  OpenFeature,
} from '@openfeature/server-sdk';
import type { FlagProvider } from '../../config.ts';
import type { Capability } from '../capability.ts';
import { type Evaluation, evaluationOf } from '../evaluation.ts';
import type { SubjectContext } from '../subject.ts';
import { evaluateInTime } from './evaluate.ts';
import { type FlagEvent, feed } from './feed.ts';
import { fileSource } from './file-source.ts';
import { InvalidFlags } from './flag-set.ts';
import { FlagService, flagdProvider } from './provider.ts';
import type { FlagSource } from './source.ts';
import { syncSource } from './sync-source.ts';

const EMBEDDED_FILE = join(import.meta.dirname, 'default.flags.json');

/** The name of the file that Codex brings, among the sources of flags. */
export const EMBEDDED = 'embedded';

export interface FlagsOptions {
  readonly provider: FlagProvider;
  /** Tells instances in one process apart. */
  readonly domain: string;
  readonly onEvent: (event: FlagEvent) => void;
  /** The text of the set that a source gave last, in a process before this one; null where it never did. */
  readonly lastKnown: (source: string) => string | null;
  readonly logger: Logger;
}

export interface Flags {
  /** Never throws, and answers within 50 ms. */
  evaluate(capability: Capability, context: SubjectContext): Promise<Evaluation>;
  close(): Promise<void>;
}

/**
 * Resolves when the flags can be asked: a flagd server that cannot be reached is waited for in the background. Throws
 * `InvalidFlags` where the operator's file cannot be used.
 */
export async function openFlags(options: FlagsOptions): Promise<Flags> {
  const { provider, domain, logger } = options;
  const services: FlagService[] = [];
  let source: FlagSource | null = null;
  if (provider.type === 'file') {
    const service = new FlagService(logger);
    source = await startFile(provider.path, service, options);
    services.push(service);
  } else {
    if (provider.type === 'flagd') {
      const service = new FlagService(logger);
      source = await startFlagd(provider.address, service, options);
      services.push(service);
    }
    services.push(embedded(options));
  }
  const client = await bind(domain, services, logger);
  return {
    async evaluate(capability, context) {
      const details = await evaluateInTime(client, capability, context);
      const known = services.some(({ set }) => set?.keys.has(capability));
      const latest = services.find(({ set }) => set !== null)?.set?.version ?? null;
      return evaluationOf(details, known, latest);
    },
    async close() {
      source?.close();
      await OpenFeature.setProviderAndWait(domain, NOOP_PROVIDER);
    },
  };
}

async function startFile(path: string, service: FlagService, { onEvent }: FlagsOptions): Promise<FlagSource> {
  const source = fileSource(path);
  let reason = 'it cannot be read';
  await source.start(
    feed(path, service, (event) => {
      if (event.result !== 'used') reason = event.reason;
      onEvent(event);
    }),
  );
  if (service.set !== null) return source;
  source.close();
  throw new InvalidFlags(reason);
}

async function startFlagd(
  address: string,
  service: FlagService,
  { onEvent, lastKnown }: FlagsOptions,
): Promise<FlagSource> {
  const name = `flagd://${address}`;
  const listener = feed(name, service, onEvent);
  const before = lastKnown(name);
  if (before !== null) listener.received(before);
  const source = syncSource(address);
  await source.start(listener);
  return source;
}

function embedded({ onEvent, logger }: FlagsOptions): FlagService {
  const service = new FlagService(logger);
  feed(EMBEDDED, service, onEvent).received(readFileSync(EMBEDDED_FILE, 'utf8'));
  return service;
}

/** A flag that one source does not have is looked for in the next. */
async function bind(domain: string, services: readonly FlagService[], logger: Logger) {
  const providers = services.map((service) => ({ provider: flagdProvider(service) }));
  await OpenFeature.setProviderAndWait(
    domain,
    new MultiProvider(providers, new FirstMatchStrategy(), logger),
  );
  return OpenFeature.getClient(domain).setLogger(logger);
}
