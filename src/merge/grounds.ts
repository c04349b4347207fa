import { MERGE_CHECK } from './check-name.ts';
import type { ExpectedLanding } from './intent.ts';
import { countingApprovals } from './rules/reviews.ts';
import type { Snapshot } from './snapshot.ts';

/** On what grounds it lands, for the receipt: only approvals that count, and not the check run of the merge itself. */
export function groundsOf(snapshot: Snapshot): ExpectedLanding['grounds'] {
  const { requester, checks } = snapshot;
  return {
    permission: requester.role,
    entitlement: requester.entitlement.reason,
    approvals: countingApprovals(snapshot).map(({ login, commitId }) => ({ login, commitId })),
    checks: checks
      .filter(({ context }) => context !== MERGE_CHECK)
      .map(({ context, conclusion, state, url }) => ({
        name: context,
        conclusion: conclusion ?? state,
        url,
      })),
  };
}
