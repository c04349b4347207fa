import { type FlagSet, InvalidFlags, parseFlagSet } from './flag-set.ts';
import type { FlagService } from './provider.ts';

/** Where sets of flags come from: as text, unchecked, whenever they change. */
export interface FlagSource {
  /** Resolves with the first text or the first failure; goes on telling both until it is closed. */
  start(listener: FlagListener): Promise<void>;
  close(): void;
}

export interface FlagListener {
  /** The whole set as it is now; may be the same as before. */
  received(content: string): void;
  /** It cannot be had at the moment, and why; told once until it can be had again. */
  lost(reason: string): void;
}

/** What happened to the flags of a source: an operator should know of each `refused` and `lost`. */
export type FlagEvent =
  | { readonly result: 'used'; readonly source: string; readonly set: FlagSet }
  | { readonly result: 'refused' | 'lost'; readonly source: string; readonly reason: string };

/** Gives `service` every set of a source that stands the check; what does not leaves the last good one in force. */
export function feed(
  source: string,
  service: FlagService,
  onEvent: (event: FlagEvent) => void,
): FlagListener {
  let content: string | null = null;
  let away = false;
  return {
    received(next) {
      away = false;
      if (next === content) return;
      content = next;
      const set = checked(next);
      if (set instanceof InvalidFlags) {
        onEvent({ result: 'refused', source, reason: set.message });
      } else {
        service.use(set);
        onEvent({ result: 'used', source, set });
      }
    },
    lost(reason) {
      if (!away) onEvent({ result: 'lost', source, reason });
      away = true;
    },
  };
}

function checked(content: string): FlagSet | InvalidFlags {
  try {
    return parseFlagSet(content);
  } catch (error) {
    if (error instanceof InvalidFlags) return error;
    throw error;
  }
}
