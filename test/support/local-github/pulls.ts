/** Heads and bases of pull requests: emulate fixes them at creation, on GitHub they follow the pushes. */
import { z } from 'zod';
import type { Json } from './http.ts';

const side = z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }) });
const created = z.object({ number: z.int(), head: side, base: side });

export interface TrackedPull {
  readonly number: number;
  /** `owner/name` of the base repository, of the head's. */
  readonly repository: string;
  readonly headRepository: string;
  readonly headRef: string;
  readonly baseRef: string;
  headSha: string;
  baseSha: string;
  /** ISO 8601, of the last push to the head; empty before the first. */
  pushedAt: string;
}

export class Pulls {
  readonly #pulls = new Map<string, TrackedPull>();

  /** Follows the pull request that emulate has just created. */
  track(body: Json): TrackedPull {
    const { number, head, base } = created.parse(body);
    const pull = {
      number,
      repository: base.repo.full_name,
      headRepository: head.repo.full_name,
      headRef: head.ref,
      baseRef: base.ref,
      headSha: head.sha,
      baseSha: base.sha,
      pushedAt: '',
    };
    this.#pulls.set(`${pull.repository}#${number}`, pull);
    return pull;
  }

  get(repository: string, number: number): TrackedPull | null {
    return this.#pulls.get(`${repository}#${number}`) ?? null;
  }

  /** Those whose head is this branch. */
  from(headRepository: string, headRef: string): TrackedPull[] {
    return [...this.#pulls.values()].filter(
      (pull) => pull.headRepository === headRepository && pull.headRef === headRef,
    );
  }

  /** Those whose head is this commit, from the repository itself: GitHub names none from forks in its events. */
  ownWithHead(repository: string, sha: string): TrackedPull[] {
    return [...this.#pulls.values()].filter(
      (pull) => pull.repository === repository && pull.headRepository === repository && pull.headSha === sha,
    );
  }
}
