/** After the merge: what landed is compared with what was tested, and the receipt is written. */
import { repositoryName } from '../github/client.ts';
import { type Commit, readCommit } from '../github/commit.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { ExpectedLanding, Intent } from './intent.ts';
import type { Receipt } from './receipt.ts';

/**
 * Reads the commit `sha` that landed and stores the receipt, which frees the base; with it, where the commit is not what was
 * tested, a freeze of the base.
 */
export async function verify(intent: Intent, sha: string, deps: MergeDependencies): Promise<void> {
  const { id, request, expected } = intent;
  if (expected === null) throw new Error(`The merge ${id} was never asked of GitHub.`);
  const octokit = await deps.installations.octokit(request.installation);
  const name = repositoryName(request.repository);
  const commit = await readCommit(octokit, name, sha);
  const now = deps.now();
  const receipt = receiptOf(intent, expected, commit, now);
  deps.db.transaction(() => {
    if (!deps.intents.merged(id, receipt, now) || receipt.verified) return;
    deps.freezes.freeze(freezeOf(intent, receipt), now);
  })();
}

/** How the commit differs from what was tested and expected, in words; none: it is that. */
export function mismatchesOf(commit: Commit, expected: Pick<ExpectedLanding, 'tree' | 'baseSha'>): string[] {
  const { tree, parents } = commit;
  const found: string[] = [];
  if (tree !== expected.tree) {
    found.push(`The tree that landed is \`${tree}\`; the plan tested \`${expected.tree}\`.`);
  }
  if (parents.length !== 1) found.push(`The commit has ${parents.length} parents; a squash has one.`);
  if (!parents.includes(expected.baseSha)) {
    found.push(`It landed on \`${parents[0] ?? 'nothing'}\`; the plan tested it on \`${expected.baseSha}\`.`);
  }
  return found;
}

function receiptOf(
  { id, request, createdAt }: Intent,
  expected: ExpectedLanding,
  commit: Commit,
  mergedAt: number,
): Receipt {
  const { repository, pull, baseRef, headRef, headSha, requestedBy } = request;
  const { title, tree, baseSha, grounds, plan, planTitle, planUrl } = expected;
  const { sha, parents, url } = commit;
  const mismatches = mismatchesOf(commit, expected);
  return {
    ...{ id, repository, pull, title, baseRef, headRef, headSha, requestedBy },
    ...grounds,
    plan: { id: plan, tree, baseSha, title: planTitle, url: planUrl },
    commit: { sha, tree: commit.tree, parents: [...parents], url },
    verified: mismatches.length === 0,
    mismatches,
    branch: 'kept',
    askedAt: createdAt,
    mergedAt,
  };
}

function freezeOf({ request }: Intent, { commit, pull }: Receipt) {
  const { repositoryId, repository, baseRef } = request;
  return {
    ...{ repositoryId, repository, baseRef },
    paths: null,
    source: 'mismatch' as const,
    reason: `what landed of #${pull} as ${commit.sha.slice(0, 7)} is not what was tested`,
    by: 'Codex',
    expiresAt: null,
  };
}
