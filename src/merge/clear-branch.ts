/** After a merge, the head branch is deleted where the repository wants that and nobody needs it. */
import { messageOf } from '../errors.ts';
import { deleteBranch, isProtected, isUsedByOpenPull } from '../github/branch.ts';
import { type Octokit, type RepositoryName, repositoryName } from '../github/client.ts';
import { classifyFailure } from '../github/failure.ts';
import type { MergeDependencies } from './dependencies.ts';
import type { Intent, MergeRequest } from './intent.ts';

/**
 * Notes in the receipt what became of the branch, and gives the intent with it. A branch that GitHub does not delete is
 * kept: the merge is worth more than that.
 */
export async function clearBranch(intent: Intent, deps: MergeDependencies): Promise<Intent> {
  const { id, request, receipt, expected } = intent;
  if (!receipt?.verified || !expected?.deleteBranch || request.fork) return intent;
  if (receipt.branch !== 'kept') return intent;
  const octokit = await deps.installations.octokit(request.installation);
  const branch = await deleteUnused(octokit, repositoryName(request.repository), request).catch((error) => {
    if (!classifyFailure(error, deps.now())) throw error;
    deps.log.warn({ intent: id, error: messageOf(error) }, 'the head branch was not deleted');
    return 'kept' as const;
  });
  const noted = { ...receipt, branch };
  deps.intents.noteReceipt(id, noted);
  return { ...intent, receipt: noted };
}

async function deleteUnused(octokit: Octokit, name: RepositoryName, { headRef, headSha }: MergeRequest) {
  if (await isProtected(octokit, name, headRef)) return 'kept';
  if (await isUsedByOpenPull(octokit, name, headRef)) return 'kept';
  return deleteBranch(octokit, name, headRef, headSha);
}
