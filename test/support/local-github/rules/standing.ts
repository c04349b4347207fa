/** Gathers how a pull request stands: reviews and check runs of emulate, statuses, conversations, git. */
import { z } from 'zod';
import { type Access, isAtLeast } from '../access.ts';
import type { Checks } from '../checks.ts';
import { APP } from '../emulator.ts';
import type { Hosting } from '../hosting.ts';
import type { Json } from '../http.ts';
import { prospectOf } from '../merges/prospect.ts';
import type { TrackedPull } from '../pulls.ts';
import type { Statuses } from '../statuses.ts';
import type { Threads } from '../threads.ts';
import type { Standing } from './violations.ts';

const reviews = z.array(
  z.object({ state: z.string(), commit_id: z.string(), user: z.object({ login: z.string() }) }),
);
const runs = z.object({
  check_runs: z.array(z.object({ id: z.int(), name: z.string(), conclusion: z.string().nullable() })),
});

export interface StandingParts {
  readonly hosting: Hosting;
  readonly access: Access;
  readonly checks: Checks;
  readonly statuses: Statuses;
  readonly threads: Threads;
}

export async function standingOf(parts: StandingParts, pull: TrackedPull): Promise<Standing> {
  const [given, contexts, upToDate] = await Promise.all([
    latestReviews(parts, pull),
    contextsOf(parts, pull),
    hasAllOfBase(parts.hosting, pull),
  ]);
  return { reviews: given, contexts, upToDate, openThreads: parts.threads.open(pull).length };
}

async function latestReviews(
  { hosting, access }: StandingParts,
  pull: TrackedPull,
): Promise<Standing['reviews']> {
  const latest = new Map<string, { state: string; ofHead: boolean }>();
  for (const { state, commit_id, user } of await allReviews(hosting, pull)) {
    if (state !== 'COMMENTED' && state !== 'PENDING') {
      latest.set(user.login, { state, ofHead: commit_id === pull.headSha });
    }
  }
  const counted = await Promise.all(
    [...latest].map(async ([login, review]) =>
      isAtLeast(await access.role(pull.repository, login), 'write') ? [review] : [],
    ),
  );
  return counted.flat();
}

async function allReviews(hosting: Hosting, pull: TrackedPull): Promise<z.infer<typeof reviews>> {
  const all: z.infer<typeof reviews> = [];
  for (let page = 1; ; page += 1) {
    const path = `/pulls/${pull.number}/reviews?per_page=100&page=${page}`;
    const found = reviews.parse(await asOwner(hosting, pull, path));
    all.push(...found);
    if (found.length < 100) return all;
  }
}

async function contextsOf(parts: StandingParts, pull: TrackedPull): Promise<Standing['contexts']> {
  const path = `/commits/${pull.headSha}/check-runs?filter=all`;
  const { check_runs } = runs.parse(await asOwner(parts.hosting, pull, path));
  const ofRuns = new Map(
    check_runs
      .sort((a, b) => a.id - b.id)
      .map(({ id, name, conclusion }) => {
        const appId = (parts.checks.get(id).app ?? APP).id;
        return [`${appId}:${name}`, { name, appId, result: conclusion }] as const;
      }),
  );
  const ofStatuses = parts.statuses
    .latest(pull.repository, pull.headSha)
    .map(({ context, state }) => ({ name: context, appId: null, result: state }));
  return [...ofRuns.values(), ...ofStatuses];
}

async function hasAllOfBase(hosting: Hosting, pull: TrackedPull): Promise<boolean> {
  const bare = hosting.bare(pull.repository);
  const { base, head } = await prospectOf(bare, pull.baseRef, pull.headSha);
  return (await bare.gitOnce(['rev-list', '--max-count=1', base, `^${head}`])) === '';
}

async function asOwner(hosting: Hosting, { repository }: TrackedPull, path: string): Promise<Json> {
  const { body } = await hosting.asOwner(repository)('GET', `/repos/${repository}${path}`);
  return body;
}
