/** The jobs that bring the check run `codex/governance` up to date: of a pull request, or of all that are open. */
import { z } from 'zod';
import type { NewJob } from '../../jobs/job.ts';

export const GOVERNANCE = 'governance';
export const OPEN_PULLS = 'governance_open';

export const governancePayload = z.object({
  /** GitHub's numeric id. */
  repositoryId: z.int(),
});

export const openPullsPayload = governancePayload.extend({
  /** Only pull requests into this base; null: all. */
  baseRef: z.string().nullable(),
  /** Of GitHub's list, a hundred each, from 1. */
  page: z.int(),
  lastPage: z.int(),
});
export type OpenPulls = z.infer<typeof openPullsPayload>;

const PRIORITY = 50;
/** Behind what people ask for. */
const OPEN_PRIORITY = 40;

type Place = Pick<NewJob, 'installation' | 'repository'>;

/** In a lane of its own, so that commands do not wait for it. `dedupe`: of whatever causes it. */
export function governanceJob(
  at: Place & z.infer<typeof governancePayload> & { readonly pull: number },
  dedupe: string,
  delivery: string | null,
): NewJob {
  const { installation, repository, repositoryId, pull } = at;
  return {
    kind: GOVERNANCE,
    queue: 'command',
    dedupe: `governance:${dedupe}`,
    lane: `governance:${repository}#${pull}`,
    ...{ installation, repository, pull, payload: { repositoryId }, delivery },
    priority: PRIORITY,
  };
}

/** `dedupe`: of whatever causes it. */
export function openPullsJob(
  { installation, repository, repositoryId, baseRef, page, lastPage }: Place & OpenPulls,
  dedupe: string,
  delivery: string | null,
): NewJob {
  const payload: OpenPulls = { repositoryId, baseRef, page, lastPage };
  return {
    kind: OPEN_PULLS,
    queue: 'command',
    dedupe: `governance:${dedupe}`,
    lane: `governance:${repository}`,
    ...{ installation, repository, pull: null, payload, delivery },
    priority: OPEN_PRIORITY,
  };
}
