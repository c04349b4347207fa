/**
 * flagd's provider takes flags from a file or a stream out of sight: it tells neither which set an answer comes from
 * nor what that set says, and drops a broken one in silence. So it is given this service in place of its own: the same
 * engine (`FlagdCore`, flagd's in-process resolver), filled with checked sets only.
 */
import { FlagdCore } from '@openfeature/flagd-core';
import { FlagdProvider } from '@openfeature/flagd-provider';
import type { EvaluationContext, JsonValue, Logger } from '@openfeature/server-sdk';
import type { FlagSet } from './flag-set.ts';

type Service = NonNullable<ConstructorParameters<typeof FlagdProvider>[2]>;

/** Flags of one source: what its latest checked set says, nothing before there is one. */
export class FlagService implements Service {
  readonly #core: FlagdCore;
  #set: FlagSet | null = null;
  #changed: (keys: string[]) => void = () => {};

  constructor(logger: Logger) {
    this.#core = new FlagdCore(undefined, logger);
  }

  /** The set that answers now. */
  get set(): FlagSet | null {
    return this.#set;
  }

  /** Every evaluation from now on is by `set`. */
  use(set: FlagSet): void {
    const changed = this.#core.setConfigurations(set.stamped);
    this.#set = set;
    if (changed.length > 0) this.#changed(changed);
  }

  async connect(_reconnected: () => void, changed: (keys: string[]) => void): Promise<void> {
    this.#changed = changed;
  }

  async disconnect(): Promise<void> {}

  clearCache(): void {}

  async resolveBoolean(key: string, fallback: boolean, context: EvaluationContext, logger: Logger) {
    return this.#core.resolveBooleanEvaluation(key, fallback, context, logger);
  }

  async resolveString(key: string, fallback: string, context: EvaluationContext, logger: Logger) {
    return this.#core.resolveStringEvaluation(key, fallback, context, logger);
  }

  async resolveNumber(key: string, fallback: number, context: EvaluationContext, logger: Logger) {
    return this.#core.resolveNumberEvaluation(key, fallback, context, logger);
  }

  async resolveObject<T extends JsonValue>(
    key: string,
    fallback: T,
    context: EvaluationContext,
    logger: Logger,
  ) {
    return this.#core.resolveObjectEvaluation(key, fallback, context, logger);
  }
}

export function flagdProvider(service: FlagService): FlagdProvider {
  return new FlagdProvider({ resolverType: 'in-process' }, undefined, service);
}
