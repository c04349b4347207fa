import type { Intent, MergeRequest } from '../merge/intent.ts';
import type { Freeze } from '../merge/snapshot.ts';
import type { PullTarget } from './context.ts';

/** What commands may do about merges and freezes. */
export interface Merges {
  /**
   * Stores the intent and has it looked at at once. Where the pull request has an active one with the same head,
   * that one stays and is given; one with another head gives way.
   */
  request(
    request: MergeRequest,
    delivery: string | null,
  ): { readonly intent: Intent; readonly isNew: boolean };
  /**
   * Ends the active intent of a pull request, and gives it, also where it has ended for this `reason` before; one in state
   * `merging` can no longer be withdrawn.
   */
  withdraw(pull: PullTarget, reason: string): Intent | null;
  /** Ends every intent that waits and that `isMeant`. */
  withdrawAll(isMeant: (request: MergeRequest) => boolean, reason: string): void;
  latest(pull: PullTarget): Intent | null;
  /** What a look at the pull request comes to now, as Markdown: every reason, and the exact commit text. */
  preview(request: MergeRequest): Promise<string>;
  /** Stops merges into `baseRef`, or with null of the whole repository; a freeze of the same by a command is replaced. */
  freeze(freeze: {
    readonly pull: PullTarget;
    readonly baseRef: string | null;
    readonly reason: string;
    readonly by: string;
  }): void;
  /** Lifts the freezes of this base, or with null those of the whole repository, and gives them. */
  unfreeze(pull: PullTarget, baseRef: string | null, by: string): readonly Freeze[];
  /** The freezes of this base and of the whole repository. */
  standing(pull: PullTarget, baseRef: string): readonly Freeze[];
}
