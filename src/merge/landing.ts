/** Whether, and where, a call of an intent has landed: its trailer in a commit's message says so beyond doubt. */
import { repositoryName } from '../github/client.ts';
import { logSince, readCommit } from '../github/commit.ts';
import { getPull, type Pull } from '../github/pull.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { Intent } from './intent.ts';

/** Commits of the base that are looked through; more never land between a call and the look for it. */
const LOG_READ = 300;

export interface Landing {
  readonly pull: Pull;
  /** The commit of this intent on the base; null: there is none. */
  readonly sha: string | null;
}

/**
 * Looks at the pull request and at the base's log since the call: GitHub may show one before the other, and open
 * again what was merged.
 */
export async function findLanding(
  { id, request, expected }: Intent,
  { installations }: Pick<MergeDependencies, 'installations'>,
): Promise<Landing> {
  const octokit = await installations.octokit(request.installation);
  const name = repositoryName(request.repository);
  const [pull, log] = await Promise.all([
    getPull(octokit, name, request.pull),
    logSince(octokit, name, request.baseRef, expected?.baseSha ?? null, LOG_READ),
  ]);
  const found = log.find(({ message }) => isOf(id, message));
  if (found || pull.mergeCommitSha === null) return { pull, sha: found?.sha ?? null };
  const commit = await readCommit(octokit, name, pull.mergeCommitSha);
  return { pull, sha: isOf(id, commit.message) ? commit.sha : null };
}

function isOf(id: string, message: string): boolean {
  return message.split('\n').includes(`Codex-Merge: ${id}`);
}
