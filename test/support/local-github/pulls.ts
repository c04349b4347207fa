/** What emulate fixes at creation or does not know of pull requests: heads and bases that follow pushes, and merges. */
import { z } from 'zod';
import type { Json, JsonObject } from './http.ts';

const side = z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }) });
const created = z.object({
  number: z.int(),
  head: side,
  base: side,
  user: z.object({ login: z.string(), id: z.int() }),
});

interface Merge {
  /** The commit that landed. */
  readonly sha: string;
  /** ISO 8601. */
  readonly at: string;
  readonly by: JsonObject;
}

export interface TrackedPull {
  readonly number: number;
  /** `owner/name` of the base repository, of the head's. */
  readonly repository: string;
  readonly headRepository: string;
  readonly headRef: string;
  readonly author: { readonly login: string; readonly id: number };
  baseRef: string;
  headSha: string;
  baseSha: string;
  /** ISO 8601, of the last push to the head; empty before the first. */
  pushedAt: string;
  /** Whether the head's repository was deleted. */
  headGone: boolean;
  merged: Merge | null;
}

export class Pulls {
  readonly #pulls = new Map<string, TrackedPull>();

  /** Follows the pull request that emulate has just created. */
  track(body: Json): TrackedPull {
    const { number, head, base, user } = created.parse(body);
    const pull = {
      number,
      repository: base.repo.full_name,
      headRepository: head.repo.full_name,
      headRef: head.ref,
      author: user,
      baseRef: base.ref,
      headSha: head.sha,
      baseSha: base.sha,
      pushedAt: '',
      headGone: false,
      merged: null,
    };
    this.#pulls.set(`${pull.repository}#${number}`, pull);
    return pull;
  }

  get(repository: string, number: number): TrackedPull | null {
    return this.#pulls.get(`${repository}#${number}`) ?? null;
  }

  /** Those whose head is this branch; without a branch, any of the repository's. */
  from(headRepository: string, headRef?: string): TrackedPull[] {
    return [...this.#pulls.values()].filter(
      (pull) => pull.headRepository === headRepository && (headRef ?? pull.headRef) === pull.headRef,
    );
  }

  /** Those whose head is this commit, from the repository itself: GitHub names none from forks in its events. */
  ownWithHead(repository: string, sha: string): TrackedPull[] {
    return [...this.#pulls.values()].filter(
      (pull) => pull.repository === repository && pull.headRepository === repository && pull.headSha === sha,
    );
  }
}
