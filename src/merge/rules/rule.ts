import type { Effect, Owner } from '../decision.ts';
import type { Snapshot } from '../snapshot.ts';

/** What a rule found, and what to do next: sentences as in `Reason`. */
export interface Finding {
  readonly what: string;
  readonly next: string;
}

/** `Sees`: the part of a snapshot that it looks at. */
export interface Rule<Sees = Snapshot> {
  /** Stable: stored, logged and documented. */
  readonly code: string;
  readonly effect: Effect;
  readonly owner: Owner;
  /** When it applies: one sentence of docs/governance.md. */
  readonly when: string;
  /** Each finding is a reason of its own; none: the rule has nothing against the merge. */
  evaluate(snapshot: Sees): readonly Finding[];
}

/** The finding where `applies`. */
export function findingIf(applies: boolean, finding: Finding): readonly Finding[] {
  return applies ? [finding] : [];
}
