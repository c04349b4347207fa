/** What the effects of merges need beside the database and GitHub. */
import type { Reaction } from '../github/reaction.ts';
import type { NewJob } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import type { PlanRequest } from '../plan/request-schema.ts';
import type { Db } from '../store/database.ts';
import type { MergeCheck } from './check.ts';
import type { FreezeStore } from './freezes.ts';
import type { Intent } from './intent.ts';
import type { IntentStore } from './intents.ts';
import type { SnapshotSources } from './read-snapshot.ts';

export interface MergeDependencies extends SnapshotSources {
  readonly db: Db;
  readonly intents: IntentStore;
  readonly freezes: FreezeStore;
  readonly check: Pick<MergeCheck, 'show' | 'complete'>;
  /** Brings the living comment of the intent's pull request to what the database says. */
  readonly publish: (intent: Intent) => Promise<void>;
  /** Reacts to the comment that asked for the merge. */
  readonly react: (intent: Intent, reaction: Reaction) => Promise<void>;
  readonly enqueue: (jobs: readonly NewJob[]) => void;
  /** Stores the plan and its job, once per `dedupe`. */
  readonly requestPlan: (request: PlanRequest, dedupe: string) => void;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly log: Log;
}
