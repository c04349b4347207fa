/** What a plan is given: what to test, and what to test it with. */
import type { SandboxMaxima } from '../config.ts';
import type { PlanArguments } from './request-schema.ts';
import type { Environments } from './sandbox/environment.ts';
import type { Remote } from './source/remote.ts';

export interface PlanInput {
  /** The run's id: names its containers and its log. */
  readonly id: string;
  /** Names the repository in caches. */
  readonly repositoryKey: string;
  readonly pull: number;
  readonly remote: Remote;
  readonly headSha: string;
  readonly baseRef: string;
  readonly arguments: PlanArguments;
  /** Node ids to run, where not all that the arguments select are wanted. */
  readonly only: readonly string[] | null;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

export interface PlanDependencies {
  /** Where logs are kept. */
  readonly dataDir: string;
  /** Where repositories are cached; belongs to one process. */
  readonly cacheDir: string;
  readonly sandboxImage: string;
  readonly maxima: SandboxMaxima;
  /** The package index; null: PyPI. */
  readonly indexUrl: string | null;
  readonly instance: string;
  readonly environments: Environments;
  /** How many tests an earlier plan collected on this base with these arguments; null: not known. */
  readonly collectedOnBase: (base: { sha: string; image: string; arguments: PlanArguments }) => number | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
