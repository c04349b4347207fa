/** Reads what a decision looks at: GitHub's side as it is now, and Codex's own from the database. */
import { branchTip } from '../github/branch.ts';
import { readBranchRules } from '../github/branch-rules.ts';
import { type Installations, type Octokit, type RepositoryName, repositoryName } from '../github/client.ts';
import { readCommitChecks } from '../github/commit-checks.ts';
import { readFile } from '../github/content.ts';
import { includesWriting, mayWriteWorkflows, type Role, roleOf } from '../github/permission.ts';
import { getPull, type Pull } from '../github/pull.ts';
import { listPullFiles } from '../github/pull-files.ts';
import { latestReviews, listReviews, type Review } from '../github/review.ts';
import { countUnresolvedThreads } from '../github/review-threads.ts';
import type { JobStore } from '../jobs/store.ts';
import type { RunStore } from '../plan/runs.ts';
import { CONFIG_FILE, type Limits, parseRepositoryConfig } from '../repository/config.ts';
import { concerning } from './freeze-scope.ts';
import type { FreezeStore } from './freezes.ts';
import type { Intent, MergeRequest } from './intent.ts';
import type { IntentStore } from './intents.ts';
import { aheadOf, priorityOf } from './line.ts';
import { planStateOf } from './plan-state.ts';
import type { Opinion, Snapshot } from './snapshot.ts';

export interface SnapshotSources {
  readonly installations: Installations;
  readonly intents: Pick<IntentStore, 'line'>;
  readonly freezes: Pick<FreezeStore, 'standing'>;
  readonly runs: Pick<RunStore, 'latest'>;
  readonly jobs: Pick<JobStore, 'get'>;
  /** Whether whoever asked may merge by what is paid for, and by which entitlement or why not, in words. */
  readonly entitled: (request: MergeRequest) => Promise<Snapshot['requester']['entitlement']>;
  /** What a plan may use at most, as the operator says: the configuration file is checked against it. */
  readonly maxima: Limits;
  /** The page of a check run; `repository` is `owner/name`. */
  readonly checkRunUrl: (repository: string, checkRunId: number) => string;
  readonly now: () => number;
}

const HOUR = 3_600_000;
/** Plans of one pull request that are looked through. */
const RUNS_READ = 50;
/** GitHub refuses a merge for that long after it has refused one, as far as decisions go; it doubles with each call. */
const REFUSED_MS = 60_000;
const LONGEST_REFUSED_MS = 15 * 60_000;

/** What of an intent a look needs; a dry run has no more. */
export type Looked = Pick<
  Intent,
  'id' | 'request' | 'createdAt' | 'plans' | 'asked' | 'refusal' | 'mergingAt' | 'calls'
>;

/** The pull request as it is now; it may say already that nothing else need be read. */
export async function readPull(
  { installation, repository, pull }: MergeRequest,
  { installations }: Pick<SnapshotSources, 'installations'>,
): Promise<Pull> {
  return getPull(await installations.octokit(installation), repositoryName(repository), pull);
}

/** Throws what calls to GitHub throw. */
export async function readSnapshot(intent: Looked, pull: Pull, sources: SnapshotSources): Promise<Snapshot> {
  const { request } = intent;
  const [onGitHub, entitlement] = await Promise.all([
    readGitHub(request, sources),
    sources.entitled(request),
  ]);
  const { role, configText, ...read } = onGitHub;
  const { config, mistakes } = parseRepositoryConfig(configText, sources.maxima);
  const now = sources.now();
  const own = readOwn(intent, priorityOf(pull.labels, config.merge.priority_labels), now, sources);
  return {
    ...read,
    ...own,
    now,
    request,
    pull,
    expiresAt: intent.createdAt + config.merge.expires_hours * HOUR,
    plansRequested: intent.plans,
    mergeabilityAsked: pull.mergeable === null ? intent.asked + 1 : 0,
    requester: { role, entitlement },
    refusal: standingRefusal(intent, now),
    config,
    mistakes,
    freezes: concerning(own.freezes, read.files),
  };
}

/** What the database says. */
function readOwn(
  { id, request, createdAt }: Looked,
  priority: number,
  now: number,
  sources: SnapshotSources,
) {
  const { repositoryId, pull, baseRef, headSha } = request;
  return {
    freezes: sources.freezes.standing(repositoryId, baseRef, now),
    ahead: aheadOf({ id, priority, createdAt }, sources.intents.line(repositoryId, baseRef)),
    plan: planStateOf(sources.runs.latest({ repositoryId, pull }, RUNS_READ), headSha, {
      job: (run) => sources.jobs.get(run),
      checkRunUrl: sources.checkRunUrl,
    }),
  };
}

/** GitHub is asked again some time after it has refused: what it did not like may be mended, and no event tells. */
function standingRefusal({ refusal, mergingAt, calls }: Looked, now: number): string | null {
  const wait = Math.min(LONGEST_REFUSED_MS, REFUSED_MS * 2 ** Math.max(0, calls - 1));
  return mergingAt !== null && now < mergingAt + wait ? refusal : null;
}

async function readGitHub(request: MergeRequest, { installations }: SnapshotSources) {
  const { installation, repository, pull: number, headSha, baseRef, requestedBy } = request;
  const octokit = await installations.octokit(installation);
  const name = repositoryName(repository);
  const [baseSha, role, rules, configText, checks, files, opinions, workflows] = await Promise.all([
    branchTip(octokit, name, baseRef),
    roleOf(octokit, name, requestedBy),
    readRules(octokit, name, request),
    readFile(octokit, name, baseRef, CONFIG_FILE),
    readCommitChecks(octokit, name, headSha),
    listPullFiles(octokit, name, number),
    readOpinions(octokit, name, number),
    mayWriteWorkflows(octokit, installation),
  ]);
  return {
    ...{ ...rules, baseSha, role, configText, checks, opinions, files },
    mayWriteWorkflows: workflows,
  };
}

async function readRules(octokit: Octokit, name: RepositoryName, { baseRef, pull }: MergeRequest) {
  const requirements = await readBranchRules(octokit, name, baseRef);
  const unresolvedThreads = requirements.threadResolution
    ? await countUnresolvedThreads(octokit, name, pull)
    : null;
  return { requirements, unresolvedThreads };
}

async function readOpinions(octokit: Octokit, name: RepositoryName, number: number): Promise<Opinion[]> {
  const reviews = latestReviews(await listReviews(octokit, name, number));
  return Promise.all(reviews.flatMap((review) => opinionOf(octokit, name, review) ?? []));
}

/** Null for one that was dismissed: its author's word counts no more, and no call is spent on it. Deleted accounts may write nothing. */
function opinionOf(
  octokit: Octokit,
  name: RepositoryName,
  { login, state, commitId }: Review,
): Promise<Opinion> | null {
  if (state !== 'APPROVED' && state !== 'CHANGES_REQUESTED') return null;
  const role = login === null ? Promise.resolve<Role>('none') : roleOf(octokit, name, login);
  return role.then((of) => ({ login: login ?? 'ghost', state, commitId, mayWrite: includesWriting(of) }));
}
