import {
  type Client,
  DefaultLogger,
  type EvaluationDetails,
  FirstMatchStrategy,
  type Logger,
  MultiProvider,
  NOOP_PROVIDER,
  OpenFeature,
} from '@openfeature/server-sdk';
import type { Capability } from '../capability.ts';
import { type Evaluation, evaluationOf } from '../evaluation.ts';
import type { SubjectContext } from '../subject.ts';
import { parseFlagSet } from './flag-set.ts';
import { FlagService, flagdProvider } from './provider.ts';

/** No decision waits longer for its flag, in milliseconds. */
const PATIENCE_MS = 50;

export interface Flags {
  /** Answers within 50 ms, whatever happens to the flags. */
  evaluate(capability: Capability, context: SubjectContext): Promise<Evaluation>;
  close(): Promise<void>;
}

/**
 * Flags by OpenFeature: a flag that one service does not have is looked for in the next. `domain` tells instances in
 * one process apart.
 */
export async function bindFlags(
  domain: string,
  services: readonly FlagService[],
  logger: Logger,
): Promise<Flags> {
  const providers = services.map((service) => ({ provider: flagdProvider(service) }));
  await OpenFeature.setProviderAndWait(
    domain,
    new MultiProvider(providers, new FirstMatchStrategy(), logger),
  );
  const client: Client = OpenFeature.getClient(domain).setLogger(logger);
  return {
    async evaluate(capability, context) {
      const details = await evaluateInTime(client, capability, context);
      const known = services.some(({ set }) => set?.keys.has(capability));
      const latest = services.find(({ set }) => set !== null)?.set?.version ?? null;
      return evaluationOf(details, known, latest);
    },
    async close() {
      await OpenFeature.setProviderAndWait(domain, NOOP_PROVIDER);
    },
  };
}

/** The flags of one set, given as text. Throws `InvalidFlags`. */
export async function flagsOf(content: string): Promise<Flags> {
  const logger = new DefaultLogger();
  const set = parseFlagSet(content);
  const service = new FlagService(logger);
  service.use(set);
  return bindFlags(`codex-set-${set.version}`, [service], logger);
}

/** The flag of `capability`, or `late` where there is no answer in time. False is what no answer means. */
export async function evaluateInTime(
  client: Pick<Client, 'getBooleanDetails'>,
  capability: Capability,
  context: SubjectContext,
): Promise<EvaluationDetails<boolean> | 'late'> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(late.resolve, PATIENCE_MS, 'late');
  try {
    return await Promise.race([client.getBooleanDetails(capability, false, { ...context }), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
